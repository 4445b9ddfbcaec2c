//go:build linux

package worker

import (
	"fmt"
	"io"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/transport"
)

// done reports whether the job's count is reached.
func (p *party) done(n uint64) bool { return p.job.Count > 0 && n >= p.job.Count }

// produce sends until the time is over, as fast as it can or at the job's rate.
func (p *party) produce(s Schedule) (o Outcome, err error) {
	w := window{Schedule: s, event: p.job.CallEvent}
	send := p.flood
	if p.job.Kind == Load {
		send = p.drip
	}
	sent, err := send(&w)
	if err != nil {
		return o, err
	}
	w.finish(sent)
	w.into(&o, sent)
	return o, p.sender.Close()
}

// flood sends as fast as the transport takes it.
func (p *party) flood(w *window) (seq uint64, err error) {
	every := uint64(1)
	for look := uint64(0); !w.ended && !p.done(seq); seq++ {
		if seq >= look {
			before := w.last
			w.look(clock.Now(), seq)
			every = pace(every, w.last-before)
			look = seq + every
		}
		if err := p.sender.Send(seq); err != nil {
			return seq, err
		}
	}
	return seq, p.sender.Flush()
}

// consumer receives a stream and checks it.
type consumer struct {
	*party
	Schedule
	received uint64
	latency  *stats.Histogram // nil: not wanted
	loser    transport.Loser  // nil: nothing is ever lost
	damaged  error
}

// consume receives until the stream ends.
func (p *party) consume(s Schedule) (o Outcome, err error) {
	c := &consumer{party: p, Schedule: s}
	if p.job.Kind == Load {
		c.latency = stats.NewHistogram()
	}
	if p.transport.Info().Lossy {
		c.loser = p.receiver.(transport.Loser)
	}
	w := window{Schedule: s, event: p.job.CallEvent}
	visit := c.visitor()
	every := uint64(1)
	for look := uint64(0); ; {
		if err := p.receiver.Receive(visit); err == io.EOF {
			break
		} else if err != nil {
			return o, err
		}
		if c.damaged != nil {
			return o, c.damaged
		}
		if c.received >= look {
			before := w.last
			w.look(clock.Now(), c.received)
			every = pace(every, w.last-before)
			look = c.received + every
		}
	}
	w.finish(c.received)
	w.into(&o, c.received)
	o.Lost, o.Latency = c.lost(), c.latency
	return o, p.receiver.Close()
}

// visitor checks messages, every byte of them. What it takes is measured too, so it calls little: were it inlined itself, the compiler would inline
// nothing in its function.
//
//go:noinline
func (c *consumer) visitor() transport.Visit {
	due, timed := c.end.Messages.From(0), c.latency != nil
	return func(seq uint64, message []byte) {
		if timed || !due.Take(seq, message) {
			c.examine(seq, message)
			due = c.end.Messages.From(seq + 1)
		}
		c.received++
	}
}

// examine says what is wrong with a message, if it is, and takes its latency.
func (c *consumer) examine(seq uint64, message []byte) {
	if err := c.end.Messages.Check(seq, message); err != nil {
		c.damaged = err
	}
	if seq != c.received && c.loser == nil {
		c.damaged = fmt.Errorf("message %d came in the place of %d", seq, c.received)
	}
	if c.latency != nil {
		if due := c.due(seq, c.Schedule); due >= c.From && due < c.To {
			c.latency.Record(clock.Now() - due)
		}
	}
}

func (c *consumer) lost() uint64 {
	if c.loser == nil {
		return 0
	}
	return c.loser.Lost()
}
