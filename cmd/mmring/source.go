package main

import (
	"context"
	"errors"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// source is where messages come from: a consumer of its own, or a member of a group.
type source interface {
	TryNext() (*ring.Message, error)
	Next(ctx context.Context) (*ring.Message, error)
	Ack() error      // everything that came so far is written
	counts() arrived // may be called at any time
	Close() error
}

// arrived is what came from a source.
type arrived struct {
	received, lost uint64
	shared         bool   // it is shared with others:
	again          uint64 // so many of what was received had been given to them before
}

// consumerSource is a consumer. One without a name leaves acknowledging to the ring.
type consumerSource struct {
	*ring.Consumer
	named bool
}

func (c consumerSource) Ack() error {
	if !c.named {
		return nil
	}
	return c.Consumer.Ack()
}

func (c consumerSource) counts() arrived {
	s := c.Stats()
	return arrived{received: s.Received, lost: s.Lost}
}

// memberSource is a member of a group. It has what it was given until that is written.
type memberSource struct {
	member  *ringgroup.Member
	message ring.Message
	written []uint64 // to be finished
}

func (m *memberSource) TryNext() (*ring.Message, error) { return m.take(m.member.TryNext()) }

func (m *memberSource) Next(ctx context.Context) (*ring.Message, error) {
	return m.take(m.member.Next(ctx))
}

func (m *memberSource) take(message *ringgroup.Message, err error) (*ring.Message, error) {
	if errors.Is(err, ringgroup.ErrUnfinished) {
		err = ring.ErrEmpty // there is something to be written first
	}
	if err != nil {
		return nil, err
	}
	m.written = append(m.written, message.Seq)
	m.message = ring.Message{Seq: message.Seq, Tag: message.Tag, Payload: message.Payload}
	return &m.message, nil
}

func (m *memberSource) Ack() error {
	for _, seq := range m.written {
		if err := m.member.Done(seq); err != nil {
			return err
		}
	}
	m.written = m.written[:0]
	return nil
}

func (m *memberSource) counts() arrived {
	s := m.member.Stats()
	return arrived{received: s.Delivered, lost: s.Lost, shared: true, again: s.Redelivered}
}

func (m *memberSource) Close() error { return m.member.Close() }
