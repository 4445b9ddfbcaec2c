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
//
// Who answers every message, and waits for the next, looks for one at a time: with a max above 1 View also looks for the one behind it, which
// takes a cache line away from the producer.
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
	for n < max { // copied already, by a call that was not View
		m := c.deliver()
		if m == nil {
			break
		}
		n++
		if err := fn(m); err != nil {
			return n, err
		}
	}
	if n == max {
		return n, nil
	}
	viewed, err := c.view(max-n, fn)
	if err == ErrEmpty && n+viewed > 0 {
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
	limit := c.firstView()
	for err == nil && n < max {
		var shown int
		shown, err = c.viewRun(min(limit, max-n), fn)
		if limit == 1 && shown == 1 {
			c.pace.catchUp(1, c.seq)
		}
		n, limit = n+shown, runMessages
	}
	return n, err
}

// firstView is how many messages to look for at first: outside of streams one, without a look at the next, as for a consumer that waits.
func (c *Consumer) firstView() int {
	if c.pace.streaming || c.pace.caughtUp {
		return runMessages
	}
	return 1
}

// viewRun shows fn up to limit messages. They are checked before, like those that are copied, and each once more after. None counts as
// taken before it was shown.
func (c *Consumer) viewRun(limit int, fn func(*Message) error) (n int, err error) {
	if err := c.prepare(); err != nil {
		return 0, err
	}
	if c.gating && !c.holdsGate() {
		c.demoted()
	}
	if !c.gating { // what is shown might be overwritten meanwhile
		return 0, c.tellPending()
	}
	if err := c.fetchPaced(limit, inPlace); err != nil {
		return 0, err
	}
	first, end := c.run.first, c.head
	c.head, c.seq = first.pos, first.seq
	for err == nil && c.head != end && n < limit && c.holdsGate() {
		w := c.loadCommit(c.head)
		if err = c.believe(committed(w) && c.follows(w, c.loadSeq(c.head))); err == nil {
			n++
			err = c.show(w, fn)
		}
	}
	return n, err
}

// holdsGate reports whether this consumer has a gate that nobody ended.
func (c *Consumer) holdsGate() bool { return c.gating && c.heads.state(c.entry) == c.state }

// show shows fn the message at head, whose commit word is w, and takes it.
func (c *Consumer) show(w uint64, fn func(*Message) error) error {
	r, m, n := &c.run, &c.message, length(w)
	m.Seq, m.Tag, m.Payload = c.seq, tagOf(w), c.payload(c.head, n)
	err := fn(m)
	m.Payload = nil
	if !c.intact(c.head) {
		return fmt.Errorf("%w: message %d was overwritten while it was viewed", ErrCorrupt, c.seq)
	}
	c.head += c.size(n)
	c.seq++
	r.first = place{c.head, c.seq}
	storeRelease64(&r.next, c.seq) // a delivery, which counts as received
	return err
}
