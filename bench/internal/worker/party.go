//go:build linux

package worker

import (
	"io"
	"time"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/transport"
)

// party is one producer or consumer.
type party struct {
	job       *Job
	transport transport.Transport
	end       *transport.End
	sender    transport.Sender
	receiver  transport.Receiver
}

// newParty gives each party messages of its own: comparing a slice with itself would read no byte.
func newParty(job *Job, t transport.Transport, number int) *party {
	m := transport.NewMessages(job.Shape)
	e := &transport.End{Shape: job.Shape, Name: job.Name, Party: number, In: -1, Messages: m}
	for i := range job.Out {
		e.Out = append(e.Out, firstInherited+i)
	}
	if job.In {
		e.In = firstInherited + job.Out
	}
	return &party{job: job, transport: t, end: e}
}

func (p *party) produces() bool { return p.end.Party == 0 }

// bind makes the sender, if this party sends.
func (p *party) bind(address string) (err error) {
	p.end.Address = address
	if p.produces() || p.job.Shape.Duplex {
		p.sender, err = p.transport.Sender(p.end)
	}
	return err
}

// address is what others need to reach this party.
func (p *party) address() string {
	if a, ok := p.sender.(transport.Addresser); ok {
		return a.Address()
	}
	return p.end.Address
}

// attach makes the receiver, if this party receives.
func (p *party) attach() (err error) {
	if !p.produces() || p.job.Shape.Duplex {
		p.receiver, err = p.transport.Receiver(p.end)
	}
	return err
}

// run plays the party's part.
func (p *party) run(s Schedule) (o Outcome, err error) {
	wait(s.Start)
	switch {
	case p.job.Kind == RoundTrip && p.produces():
		o, err = p.ping(s)
	case p.job.Kind == RoundTrip:
		o, err = p.pong(s)
	case p.produces():
		o, err = p.produce(s)
	default:
		o, err = p.consume(s)
	}
	o.Party = p.end.Party
	o.Memory = memory()
	if err == io.EOF {
		err = nil
	}
	return o, err
}

// length of the window.
func (s Schedule) length() time.Duration { return time.Duration(s.To - s.From) }

// nap is what a wait leaves to spinning.
const nap = 2 * time.Millisecond

// wait waits until a moment, exactly.
func wait(until int64) {
	if d := clock.Until(until); d > nap {
		time.Sleep(d - nap)
	}
	for clock.Now() < until {
	}
}
