package ring

import (
	"context"
	"errors"
	"fmt"
)

// errNoViews: the ring, or this consumer, is such that the bytes could change under the reader.
var errNoViews = errors.New("views need a lossless consumer of a ring without a stall deadline: others may be overwritten while they look")

// View is Poll without the copy: fn sees each message where it lies in the ring, and the payload is valid until fn returns. It
// cannot be written to: that faults. fn runs as part of the call, so it may not use the consumer, and Close waits for it.
//
// It needs a lossless consumer of a ring without a stall deadline, because nobody then overwrites what is looked at. That
// rests on whoever may write the heads file; Poll rests on nobody. If the message was overwritten all the same, View says so with
// ErrCorrupt after fn has seen it.
func (c *Consumer) View(max int, fn func(*Message) error) (n int, err error) {
	if c.isClosing() {
		return 0, ErrClosed
	}
	if !c.count.isLossless() || c.deadline > 0 {
		if c.isClosing() { // which ends being lossless
			return 0, ErrClosed
		}
		return 0, errNoViews
	}
	for n < max && c.deliver() { // copied already, by a call that was not View
		n++
		if err := fn(&c.message); err != nil {
			return n, err
		}
	}
	if n == max {
		return n, nil
	}
	viewed, err := c.view(max-n, fn)
	if errors.Is(err, ErrEmpty) && n+viewed > 0 {
		err = nil
	}
	return n + viewed, err
}

// ViewContext is View that waits if there is no message yet, the way the consumer's options say. When ctx is done it returns its error,
// and has shown nothing.
func (c *Consumer) ViewContext(ctx context.Context, max int, fn func(*Message) error) (n int, err error) {
	for {
		if n, err = c.View(max, fn); err != ErrEmpty {
			return n, err
		}
		if c.alone == nil {
			c.alone = &Selector{wait: c.options.Wait}
			c.alone.Add(c)
		}
		if _, err = c.alone.Select(ctx); err != nil {
			return 0, err
		}
	}
}

func (c *Consumer) view(max int, fn func(*Message) error) (n int, err error) {
	if err := c.enter(); err != nil {
		return 0, err
	}
	defer func() { err = c.leave(err) }() // also when fn panics
	for err == nil && n < max {
		var seen bool
		if seen, err = c.viewNext(fn); seen {
			n++
		}
	}
	return n, err
}

// viewNext shows fn the message at head. It is checked before, like one that is copied, and once more after.
func (c *Consumer) viewNext(fn func(*Message) error) (seen bool, err error) {
	if err := c.prepare(); err != nil {
		return false, err
	}
	if c.gating && c.heads.state(c.entry) != c.state {
		c.demoted()
	}
	if !c.gating { // what is shown might be overwritten meanwhile
		return false, c.tellPending()
	}
	r, err := c.recordAt(c.head)
	switch {
	case err == errLapped:
		return false, c.relocate()
	case err != nil:
		return false, err
	case r.word == 0:
		return false, c.nothing(0)
	case r.seq != c.seq:
		return false, fmt.Errorf("%w: record %d at %d, expected %d", ErrCorrupt, r.seq, c.head, c.seq)
	}
	m := &c.message
	m.Seq, m.Tag, m.Payload = r.seq, tagOf(r.word), c.payload(r.pos, length(r.word))
	err = fn(m)
	m.Payload = nil
	if !c.intact(r.pos) {
		return true, fmt.Errorf("%w: message %d was overwritten while it was viewed", ErrCorrupt, r.seq)
	}
	c.head, c.seq = r.end, r.seq+1
	storeRelease64(&c.run.next, c.seq) // a delivery, which counts as received; restart then finds nothing to jump
	c.run.restart(place{c.head, c.seq})
	return true, err
}
