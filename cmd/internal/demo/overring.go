package demo

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/mmring/mmring/ring"
)

const (
	// ringCapacity is the smallest ring used, in bytes, and ringMessages how many messages it holds at least.
	ringCapacity = 4 << 20
	ringMessages = 8
)

// sendOverRing is the producer process: one Publish for each message, which all consumers then see.
func sendOverRing(ctx context.Context, p *Part, tell func(told)) (sent, error) {
	producer, err := ring.Create(p.ringPath(), ring.Options{
		Capacity:     max(ringCapacity, ringMessages*(p.Size+ring.DefaultAlignment)),
		MaxConsumers: p.Consumers,
	})
	if err != nil {
		return sent{}, err
	}
	defer producer.Close()
	if err := producer.WaitConsumers(ctx, p.Consumers); err != nil {
		return sent{}, err
	}
	s := newSender(p.Size, func(message []byte) error { return producer.Publish(0, message) })
	defer p.showing(s.progress, tell)()
	err = s.run(p.Full, p.Paced)
	return s.sent, errors.Join(err, producer.Close())
}

// receiveOverRing is a consumer process. The lossy one is slow on purpose.
func receiveOverRing(ctx context.Context, p *Part, tell func(told)) (received, error) {
	consumer, err := ring.OpenContext(ctx, p.ringPath(), ring.ConsumerOptions{Lossless: !p.Lossy, RequireProducer: true})
	if err != nil {
		return received{}, err
	}
	defer consumer.Close()
	r := newReceiver()
	if p.Lossy {
		r.nap = napper()
	}
	defer p.showing(r.progress, tell)()
	for {
		m, err := consumer.Next(ctx)
		var lapped *ring.LappedError
		switch {
		case err == nil:
			r.take(m.Payload)
		case errors.As(err, &lapped):
			r.lose(lapped.Lost)
		case err == io.EOF:
			return r.result(), nil
		default:
			return received{}, err
		}
	}
}

func (p *Part) ringPath() string { return filepath.Join(p.Dir, "ring") }
