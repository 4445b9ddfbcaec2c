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
	for every := uint64(1); !p.done(seq); {
		before := w.last
		if w.look(clock.Now(), seq); w.ended {
			break
		}
		every = pace(every, w.last-before)
		to := seq + every
		if p.job.Count > 0 {
			to = min(to, p.job.Count)
		}
		if err := p.sender.Send(seq, to); err != nil {
			return seq, err
		}
		seq = to
	}
	return seq, p.sender.Flush()
}

// consumer receives a stream and checks it.
type consumer struct {
	*party
	Schedule
	*transport.Visitor
	others  uint64           // messages that it did not expect
	latency *stats.Histogram // nil: not wanted
	loser   transport.Loser  // nil: nothing is ever lost
	damaged error
}

func (c *consumer) received() uint64 { return c.Taken + c.others }

// consume receives until the stream ends.
func (p *party) consume(s Schedule) (o Outcome, err error) {
	c := &consumer{party: p, Schedule: s}
	c.Visitor = p.end.Messages.Visitor(0, c.examine)
	if p.job.Kind == Load {
		c.latency = stats.NewHistogram()
		c.Due = transport.Nothing
	}
	if p.transport.Info().Lossy {
		c.loser = p.receiver.(transport.Loser)
	}
	w := window{Schedule: s, event: p.job.CallEvent}
	every := uint64(1)
	for look := uint64(0); ; {
		err := p.receiver.Receive(c.Visitor)
		if c.damaged != nil {
			return o, c.damaged
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return o, err
		}
		if n := c.received(); n >= look {
			before := w.last
			w.look(clock.Now(), n)
			every = pace(every, w.last-before)
			look = n + every
		}
	}
	w.finish(c.received())
	w.into(&o, c.received())
	o.Lost, o.Latency = c.lost(), c.latency
	return o, p.receiver.Close()
}

// examine says what is wrong with a message that was not expected, if it is, and takes its latency.
func (c *consumer) examine(seq uint64, message []byte) {
	if err := c.end.Messages.Check(seq, message); err != nil {
		c.damaged = err
	}
	if seq != c.received() && c.loser == nil {
		c.damaged = fmt.Errorf("message %d came in the place of %d", seq, c.received())
	}
	c.others++
	if c.latency == nil {
		c.Expect(seq + 1)
	} else {
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
