package ring

import (
	"context"
	"fmt"
	"io"
)

var errEOF = io.EOF

// A run is what one look at the ring brought: a few messages, copied out together, checked together, delivered one by one.
// It spreads the cost of a call's bookkeeping, and of the check, over them.
const (
	runMessages = 64
	runBytes    = 16 << 10
)

type run struct {
	messages [runMessages]Message
	ends     [runMessages]uint64 // position after each
	next, n  int                 // messages[next:n] are still to be delivered
	buffer   []byte
}

// deliver hands out the next message of the run.
func (c *Consumer) deliver() (Message, bool) {
	r := &c.run
	if r.next == r.n || c.isClosing() {
		return Message{}, false
	}
	m := r.messages[r.next]
	r.next++
	storeRelease64(&c.count.received, c.count.received+1)
	storeRelease64(&c.count.nextSeq, m.Seq+1)
	return m, true
}

// delivered is the place after the last message handed out.
func (c *Consumer) delivered() place {
	if r := &c.run; r.next < r.n {
		m := &r.messages[r.next]
		at := place{c.head, m.Seq}
		if r.next > 0 {
			at.pos = r.ends[r.next-1]
		} else {
			at.pos = r.ends[0] - c.size(uint64(len(m.Payload)))
		}
		return at
	}
	return place{c.head, c.seq}
}

// fill makes the next run, waiting for it if told to. The one before has been delivered.
func (c *Consumer) fill(ctx context.Context, wait bool) (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	defer c.recovered(&err)
	if err = c.take(); err == ErrEmpty && wait {
		err = c.await(ctx)
	}
	c.returned = true
	return err
}

// take fetches what is there, after telling what is pending and acknowledging what was delivered.
func (c *Consumer) take() error {
	if c.pending != nil {
		return c.tellPending()
	}
	if !c.options.ManualAck {
		c.acked = place{c.head, c.seq}
	}
	if c.acked.pos-c.published.pos >= c.publishEvery() {
		c.publish()
	}
	return c.fetch()
}

func (c *Consumer) tellPending() error {
	err := c.pending
	c.pending = nil
	return err
}

// publishEvery is how many bytes may be acknowledged before the heads file learns of it. Under a stall deadline it learns of each
// message, so that a slow consumer that moves is not taken for one that does not.
func (c *Consumer) publishEvery() uint64 {
	if c.deadline > 0 {
		return 1
	}
	return c.segment
}

// fetch copies a run out of the ring. It believes nothing until the one check at the end, which covers every byte
// loaded: nothing below the run's first position counts. Edges R1 and R3.
func (c *Consumer) fetch() error {
	r, p, bytes, bad := &c.run, c.head, uint64(0), uint64(0)
	r.next, r.n = 0, 0
	var w uint64
	for r.n < c.runLimit {
		w = c.loadCommit(p)
		if !committed(w) {
			break
		}
		n := min(length(w), c.maxPayload())
		if bytes+n > uint64(len(r.buffer)) || r.n > 0 && p-c.head >= c.segment {
			if r.n > 0 {
				break
			}
			r.buffer = make([]byte, c.size(n))
		}
		m := &r.messages[r.n]
		*m = Message{c.loadSeq(p), tagOf(w), r.buffer[bytes : bytes+n : bytes+n]}
		c.copyPayload(m.Payload, c.payload(p, n))
		bad |= m.Seq ^ (c.seq + uint64(r.n)) | (length(w) - n)
		bytes += n
		p += c.size(n)
		r.ends[r.n] = p
		r.n++
	}
	if r.n == 0 {
		return c.nothing(w)
	}
	return c.believe(p, bad)
}

// copyPayload copies what a gating consumer knows to be stable and a lossy one does not.
func (c *Consumer) copyPayload(dst, src []byte) {
	if c.gating {
		copyOut(dst, src)
	} else {
		copyUnsure(dst, src)
	}
}

// believe checks the run that ends at p, and moves behind it.
func (c *Consumer) believe(p, bad uint64) error {
	n := c.run.n
	if !c.intact(c.head) {
		c.run.n = 0
		return c.relocate()
	}
	if bad != 0 {
		c.run.n = 0
		return fmt.Errorf("%w: record %d at %d, expected at most %d bytes and %d", ErrCorrupt, c.run.messages[0].Seq, c.head, c.maxPayload(), c.seq)
	}
	c.head, c.seq = p, c.seq+uint64(n)
	return nil
}

// nothing says why there is no message at head, where the word w was found.
func (c *Consumer) nothing(w uint64) error {
	switch {
	case !c.intact(c.head):
		return c.relocate()
	case w != 0:
		return fmt.Errorf("%w: no record at %d (commit word %#x)", ErrCorrupt, c.head, w)
	}
	if c.acked != c.published {
		if c.publish(); c.pending != nil {
			return c.tellPending()
		}
	}
	if c.closed() == c.head+1 { // K1: stored after the last commit, and names its end: nothing can have come between
		return errEOF
	}
	return ErrEmpty
}

// relocate goes on after a lap, at a record with room to spare before the producer gets there too: landing on what is
// overwritten next would mean being lapped again at once. What was lost is exact, because records carry their numbers.
func (c *Consumer) relocate() error {
	demoted := c.gating
	if demoted {
		c.gating = false
		c.adopt(modeLossy)
	}
	at, err := c.oldest(c.capacity / 8)
	if err != nil {
		return err
	}
	if at.seq < c.seq {
		return fmt.Errorf("%w: overtaken at record %d, but the oldest is %d", ErrCorrupt, c.seq, at.seq)
	}
	lost := at.seq - c.seq
	c.head, c.seq = at.pos, at.seq
	return c.lose(lost, demoted)
}

// lose counts lost messages and makes the error that tells of them.
func (c *Consumer) lose(lost uint64, demoted bool) error {
	storeRelease64(&c.count.lost, c.count.lost+lost)
	storeRelease64(&c.count.laps, c.count.laps+1)
	storeRelease64(&c.count.nextSeq, c.seq)
	c.acked = place{c.head, c.seq}
	c.publish()
	c.pending = nil // said below
	return &LappedError{Lost: lost, Next: c.seq, Demoted: demoted}
}
