package torture

import (
	"errors"
	"fmt"

	"github.com/mmring/mmring/ring"
)

// consumer is a process that reads, and checks every byte and every claim of the ring about it.
type consumer struct {
	*worker
	ring   *ring.Consumer
	typed  *ring.ConsumerOf[typedMessage] // nil if the ring is not typed
	ledger ledger
	bytes  []byte // of a typed message
	ended  bool   // the end of the stream was the last it was told
	got    uint64 // messages since it opened the ring
}

func (c *consumer) run() error {
	c.slot.enter(phaseOpening)
	if err := c.open(); err != nil {
		return err
	}
	c.slot.open.Store(1)
	closed := make(chan struct{})
	go c.closeWhenTold(closed)
	for !done(closed) {
		c.slot.progress.Add(1)
		if o := c.ordered(); o == orderLeave || o == orderFinish && c.ended && c.atEnd() {
			return c.leave()
		}
		if err := c.step(); err != nil {
			return c.unlessTold(err, closed)
		}
	}
	return nil
}

// step is one look at the ring, and what comes with it.
func (c *consumer) step() error {
	if c.slot.order.CompareAndSwap(uint64(orderSeek), uint64(orderNone)) {
		if err := c.seek(); err != nil {
			return err
		}
	}
	c.slot.enter(phaseRead)
	if err := c.note(c.read()); err != nil {
		return err
	}
	return c.idle()
}

// unlessTold is nil for the error of a ring that another goroutine was told to close. A view finds itself without a gate then.
func (c *consumer) unlessTold(err error, closed <-chan struct{}) error {
	if c.ordered() != orderLeaveNow || !errors.Is(err, ring.ErrClosed) && (c.Way != wayView || c.ring.Stats().Lossless) {
		return err
	}
	<-closed
	return nil
}

func done(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (c *consumer) open() (err error) {
	o := ring.ConsumerOptions{Lossless: c.Lossless, Name: c.Name, ManualAck: c.Manual, Wait: c.Wait}
	committed := c.board.stream.committed.Load()
	var start start
	if !c.Resume.Known {
		start = c.start(c.From, committed)
		o.From = start.at
	}
	if c.Ring.Typed {
		if c.typed, err = ring.OpenOf[typedMessage](c.Ring.Path, o); err == nil {
			c.ring = c.typed.Consumer
		}
	} else {
		c.ring, err = ring.Open(c.Ring.Path, o)
	}
	if err != nil {
		return err
	}
	c.ledger = ledger{lossless: c.Lossless, demotable: c.Ring.Deadline > 0}
	c.slot.count(countJoins, 1)
	if c.Resume.Known {
		c.slot.count(countResumes, 1)
		c.ledger.resumes(c.Resume)
		return nil
	}
	return c.begin(start)
}

// begin starts the ledger where the consumer has taken its place.
func (c *consumer) begin(s start) error {
	next := c.ring.Stats().NextSeq
	if s.exact {
		next = s.seq
	}
	if next < s.seq || next > c.board.stream.most() {
		return fmt.Errorf("%s: begins at message %d, want %d to %d", s.name, next, s.seq, c.board.stream.most())
	}
	c.ledger.begin(next, s.exact)
	c.slot.landed.Store(c.ring.Stats().NextSeq)
	c.told(next)
	return nil
}
