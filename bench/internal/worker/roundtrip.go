//go:build linux

package worker

import (
	"fmt"
	"io"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/transport"
)

// replyShift makes the answer to message n another message than n, so that an echo of old bytes is noticed.
const replyShift = 63

// A run of trips takes about so long, in nanoseconds; then the clock is read.
const (
	runFor  = 20_000
	longest = 256
)

// pinger sends a message and waits for the answer, over and over.
type pinger struct {
	*party
	*transport.Visitor
	next    uint64
	damaged error
}

// ping measures round trips: short runs of them between two readings of the clock, for a typical trip without the clock, in
// turn with runs in which each is timed, for the distribution.
func (p *party) ping(s Schedule) (o Outcome, err error) {
	g := &pinger{party: p}
	g.Visitor = p.end.Messages.Visitor(replyShift, g.other)
	w := window{Schedule: s, event: p.job.CallEvent}
	o.Latency = stats.NewHistogram()
	var runs []float64 // nanoseconds of a trip in each
	now := clock.Now()
	for n := int64(1); !w.ended && !p.done(g.next); {
		began, counts := now, w.begun
		for range n {
			if err := g.trip(); err != nil {
				return o, err
			}
		}
		now = clock.Now()
		if counts {
			runs = append(runs, float64(now-began)/float64(n))
		}
		n = min(max(runFor*n/max(now-began, 1), 1), longest)
		if now, err = g.timed(n, now, counts, o.Latency); err != nil {
			return o, err
		}
		w.look(now, g.next)
	}
	w.finish(g.next)
	if len(runs) > 0 {
		o.Typical = stats.Summarize(runs).Median
	}
	w.into(&o, g.next)
	return o, p.sender.Close()
}

// timed makes n trips, each between two readings of the clock, of which the first is given and the last returned.
func (g *pinger) timed(n, before int64, counts bool, h *stats.Histogram) (int64, error) {
	for range n {
		if err := g.trip(); err != nil {
			return 0, err
		}
		now := clock.Now()
		if counts {
			h.Record(now - before)
		}
		before = now
	}
	return before, nil
}

func (g *pinger) trip() error {
	if err := g.sender.Send(g.next, g.next+1); err != nil {
		return err
	}
	if err := g.receiver.Receive(g.Visitor); err != nil {
		return err
	}
	g.next++
	if g.damaged == nil && g.Taken != g.next {
		g.damaged = fmt.Errorf("%d answers to %d messages", g.Taken, g.next)
	}
	return g.damaged
}

// other says what is wrong with an answer that was not expected.
func (g *pinger) other(seq uint64, message []byte) {
	if seq != g.next {
		g.damaged = fmt.Errorf("answer %d came in the place of %d", seq, g.next)
	} else if err := g.end.Messages.Check(seq+replyShift, message); err != nil {
		g.damaged = err
	}
}

// pong answers until the stream ends.
func (p *party) pong(s Schedule) (o Outcome, err error) {
	w := window{Schedule: s, event: p.job.CallEvent}
	n, every := uint64(0), uint64(1)
	var damaged error
	asked := p.end.Messages.Visitor(0, func(seq uint64, message []byte) {
		if damaged = p.end.Messages.Check(n, message); damaged == nil {
			damaged = fmt.Errorf("message %d came in the place of %d", seq, n)
		}
	})
	for look := uint64(0); ; n++ {
		if err := p.receiver.Receive(asked); err == io.EOF {
			break
		} else if err != nil {
			return o, err
		}
		if damaged == nil && asked.Taken != n+1 {
			damaged = fmt.Errorf("%d messages came, and the last was to be number %d", asked.Taken, n)
		}
		if damaged != nil {
			return o, damaged
		}
		if err := p.sender.Send(n+replyShift, n+replyShift+1); err != nil {
			return o, err
		}
		if n >= look {
			before := w.last
			w.look(clock.Now(), n)
			every = pace(every, w.last-before)
			look = n + every
		}
	}
	w.finish(n)
	w.into(&o, n)
	return o, p.sender.Close()
}

// pace is after how many messages to look at the clock again, when the last so many took so long: about ten times a
// millisecond.
func pace(every uint64, took int64) uint64 {
	if took < 50_000 {
		return min(2*every, 1<<16)
	}
	if took > 200_000 {
		return max(every/2, 1)
	}
	return every
}
