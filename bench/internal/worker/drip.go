//go:build linux

package worker

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/clock"
)

// overdue is by how much of the window a producer that cannot keep its rate may be late in the end.
const overdue = 4

// drip sends each message when it is due. One that is late is sent at once and none is left out: the load does not wait for
// the transport, so whatever delays one message delays, and counts for, all those behind it.
func (p *party) drip(w *window) (seq uint64, err error) {
	latest := w.To + int64(w.length())/overdue
	for due := w.Start; due < w.To && !p.done(seq); seq++ {
		due = p.due(seq, w.Schedule)
		now := clock.Now()
		if now < due {
			if err := p.sender.Flush(); err != nil {
				return seq, err
			}
			now = p.await(due)
		}
		if w.look(now, seq); now > latest {
			break
		}
		if err := p.sender.Send(seq, seq+1); err != nil {
			return seq, err
		}
	}
	return seq, p.sender.Flush()
}

// due is when a message is to be sent.
func (p *party) due(seq uint64, s Schedule) int64 {
	if p.job.Burst > 0 {
		seq -= seq % p.job.Burst
	}
	return s.Start + int64(float64(seq)*float64(time.Second)/p.job.Rate)
}

// await waits until a message is due: exactly, or asleep where what counts is how much CPU time the messages take.
func (p *party) await(due int64) (now int64) {
	if p.job.Burst > 0 {
		t := unix.NsecToTimespec(due)
		for unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &t, nil) == unix.EINTR {
		}
	}
	for now = clock.Now(); now < due; {
		now = clock.Now()
	}
	return now
}
