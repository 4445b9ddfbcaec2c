//go:build linux

package transport

import (
	"context"

	"github.com/mmring/mmring/ring"
)

// typedSize is how many bytes a value of the typed ring has.
const typedSize = 64

// value is what the typed ring carries.
type value [typedSize]byte

// typedTransport is a ring of values rather than bytes.
type typedTransport struct{ ringTransport }

func (t *typedTransport) Sender(e *End) (Sender, error) {
	p, err := ring.CreateOf[value](ringPath(e.Name, e.Party), ring.Options{Capacity: capacity(e), Wait: t.wait})
	if err != nil {
		return nil, err
	}
	return &typedSender{p, e.Messages}, nil
}

func (t *typedTransport) Receiver(e *End) (Receiver, error) {
	c, err := ring.OpenOf[value](ringPath(e.Name, e.From()), t.options())
	if err != nil {
		return nil, err
	}
	return &typedReceiver{c, newRingReceiver(c.Consumer, e.Duplex)}, nil
}

type typedSender struct {
	*ring.ProducerOf[value]
	messages *Messages
}

func (s *typedSender) Send(from, to uint64) error {
	for message := range s.messages.Made(from, to) {
		if err := s.Publish(0, value(message)); err != nil {
			return err
		}
	}
	return nil
}

type typedReceiver struct {
	values *ring.ConsumerOf[value]
	*ringReceiver
}

func (r *typedReceiver) Receive(v *Visitor) error {
	m, err := r.values.Next(context.Background())
	for n := 1; err == nil; n++ {
		if !v.Take(m.Seq, m.Value[:]) {
			v.Other(m.Seq, m.Value[:])
		}
		if n == r.most {
			return nil
		}
		m, err = r.values.TryNext()
	}
	return r.account(err)
}
