package torture

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/mmring/mmring/ring"
)

// read asks the ring for messages, by this consumer's way, and handles them.
func (c *consumer) read() error {
	switch {
	case c.Way == wayView && c.ledger.lossless:
		_, err := c.ring.View(1+c.rand.IntN(50), c.view)
		return err
	case c.Way == wayPoll || c.Way == wayView:
		return c.poll(1 + c.rand.IntN(50))
	case c.Way == wayTry:
		return c.next(func() (*ring.Message, error) { return c.tryNext() })
	}
	long := 20 * time.Millisecond
	if c.Patient {
		long = 2 * patience // if nobody wakes it, the watchdog barks first
	}
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	if c.Way == wayAll && c.typed == nil {
		return c.all(ctx)
	}
	return c.next(func() (*ring.Message, error) { return c.waitNext(ctx) })
}

func (c *consumer) next(get func() (*ring.Message, error)) error {
	m, err := get()
	if err != nil {
		return err
	}
	return c.handle(m)
}

func (c *consumer) waitNext(ctx context.Context) (*ring.Message, error) {
	if c.typed == nil {
		return c.ring.Next(ctx)
	}
	m, err := c.typed.Next(ctx)
	return c.untyped(m), err
}

func (c *consumer) tryNext() (*ring.Message, error) {
	if c.typed == nil {
		return c.ring.TryNext()
	}
	m, err := c.typed.TryNext()
	return c.untyped(m), err
}

// untyped is the message as bytes.
func (c *consumer) untyped(m *ring.MessageOf[typedMessage]) *ring.Message {
	if m == nil {
		return nil
	}
	c.slot.count(countTyped, 1)
	c.bytes = m.Value.bytes(c.bytes)
	return &ring.Message{Seq: m.Seq, Tag: m.Tag, Payload: c.bytes}
}

func (c *consumer) poll(most int) (err error) {
	if c.typed != nil {
		_, err = c.typed.Poll(most, func(m *ring.MessageOf[typedMessage]) error { return c.polled(c.untyped(m)) })
	} else {
		_, err = c.ring.Poll(most, c.polled)
	}
	return err
}

func (c *consumer) polled(m *ring.Message) error {
	c.slot.count(countPolled, 1)
	if err := c.handle(m); err != nil {
		return err
	}
	if c.chance(500) {
		return errEnough
	}
	return nil
}

// all reads until the time is up or there is something else to do.
func (c *consumer) all(ctx context.Context) error {
	for m, err := range c.ring.All(ctx) {
		if err == nil {
			err = c.handle(m)
		}
		if err != nil {
			return err
		}
		if c.ordered() != orderNone {
			return nil
		}
	}
	if ctx.Err() == nil {
		return io.EOF // which All does not say
	}
	return nil
}

// view handles a message in place. It must still be the same when this consumer has taken its time.
func (c *consumer) view(m *ring.Message) error {
	c.slot.count(countViewed, 1)
	if err := c.handle(m); err != nil {
		return err
	}
	if err := c.script.check(m.Payload, m.Tag, m.Seq); err != nil {
		return fmt.Errorf("after a while in a view: %w", err)
	}
	return nil
}

// handle checks one message.
func (c *consumer) handle(m *ring.Message) error {
	c.slot.enter(phaseHandle)
	resuming := c.ledger.resuming
	if err := c.ledger.message(m.Seq, c.Ring.footprint(len(m.Payload))); err != nil {
		return err
	}
	if resuming {
		c.resumed(m.Seq)
	}
	if most := c.board.stream.most(); m.Seq >= most {
		return fmt.Errorf("message %d, but only %d were published", m.Seq, most)
	}
	if err := c.script.check(m.Payload, m.Tag, m.Seq); err != nil {
		return err
	}
	if err := c.board.begun(attemptOf(m.Tag), m.Seq); err != nil {
		return err
	}
	c.tally(m)
	c.slot.next.Store(m.Seq + 1)
	c.slot.placed.Store(1)
	if c.Lazy > 0 && c.chance(c.Lazy) {
		c.nap(20 * time.Millisecond)
	}
	c.holdAt(phaseHandle)
	switch {
	case !c.Manual:
		c.slot.asked.Store(m.Seq + 1) // on return it is acknowledged, for all this process knows
	case c.chance(8):
		return c.ack()
	}
	c.slot.enter(phaseRead)
	return nil
}

func (c *consumer) tally(m *ring.Message) {
	c.got++
	c.slot.progress.Add(1)
	c.slot.count(countReceived, 1)
	c.slot.count(countReceivedBytes, uint64(len(m.Payload)))
	if c.ReadOnly {
		c.slot.count(countReadOnly, 1)
	}
	if c.Manual {
		c.slot.count(countManual, 1)
	}
	if m.Seq < c.Resume.Was {
		c.slot.count(countRepeated, 1)
	}
}
