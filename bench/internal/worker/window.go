//go:build linux

package worker

import (
	"github.com/mmring/mmring/bench/internal/clock"
)

// window notes what had been done, and used, when the measured time began and when it ended.
type window struct {
	Schedule
	event        uint64
	calls        callCounter
	last         int64 // look
	begun, ended bool
	first, final sample
}

type sample struct {
	at    int64
	n     uint64
	usage Usage
}

// look is to be called often, with the time and how many messages are done.
func (w *window) look(now int64, n uint64) {
	w.last = now
	switch {
	case !w.begun && now >= w.From:
		w.calls.open(w.event)
		w.begun, w.first = true, sample{clock.Now(), n, usage(&w.calls)}
	case w.begun && !w.ended && now >= w.To:
		w.ended, w.final = true, sample{now, n, usage(&w.calls)}
	}
}

// finish ends the window if the stream ends before it does. A stream that is over before the window even began counts whole.
func (w *window) finish(n uint64) {
	now := clock.Now()
	if !w.begun {
		w.begun, w.first = true, sample{at: w.Start}
	}
	w.look(max(now, w.To), n)
	w.final.at = min(w.final.at, max(now, w.first.at+1))
}

// into writes the window into the outcome.
func (w *window) into(o *Outcome, total uint64) {
	o.Total = total
	o.Counted = w.final.n - w.first.n
	o.Window = float64(w.final.at-w.first.at) / 1e9
	o.Usage = w.final.usage.since(w.first.usage)
	w.calls.close()
}
