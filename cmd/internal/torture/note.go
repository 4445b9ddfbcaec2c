package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/mmring/mmring/ring"
)

// errEnough ends a callback early.
var errEnough = errors.New("enough")

// note takes what a call returned for what it says.
func (c *consumer) note(err error) error {
	ended := c.ended
	c.ended = false
	var lapped *ring.LappedError
	switch {
	case errors.Is(err, ring.ErrEmpty):
		if c.chance(3) {
			c.nap(200 * time.Microsecond)
		} else {
			runtime.Gosched()
		}
		return nil
	case err == nil || err == errEnough || errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.Is(err, io.EOF):
		return c.end(ended)
	case errors.As(err, &lapped):
		return c.lapped(lapped)
	}
	return err
}

func (c *consumer) lapped(e *ring.LappedError) error {
	resuming, moved := c.ledger.resuming, c.ledger.fresh
	if err := c.ledger.lapped(e); err != nil {
		return err
	}
	if resuming {
		c.resumed(e.Next - e.Lost)
		if c.Resume.breached(e) {
			if err := c.gateLapsed(e); err != nil {
				return err
			}
		}
	}
	if e.Demoted {
		c.slot.count(countDemotedTold, 1)
	}
	if e.Lost > 0 {
		c.slot.landed.Store(e.Next) // a successor may be told the same loss again, until this process has acknowledged it
		c.slot.lost.Store(c.slot.lost.Load() + e.Lost)
		c.slot.count(countLost, e.Lost)
		c.slot.count(countLaps, 1)
		c.passed(c.ledger.next)
	}
	if moved {
		c.slot.asked.Store(c.ledger.next) // what Open and Seek find lost counts as acknowledged
	}
	return nil
}

// gateLapsed asks the ring whether it has lifted any gate since this consumer was killed. If not, nothing of what its gate held can be
// lost.
func (c *consumer) gateLapsed(e *ring.LappedError) error {
	o, err := ring.Observe(c.Ring.Path)
	if err != nil {
		return err
	}
	defer o.Close()
	s, err := o.Snapshot()
	if err == nil && s.Freed+s.Demoted == c.Resume.Lifted {
		err = fmt.Errorf("lost %d messages on resuming, but its gate was never lifted", e.Lost)
	}
	return err
}

// end is the end of the stream: everything that was published was delivered, and some producer ended it there.
func (c *consumer) end(again bool) error {
	if c.ledger.resuming {
		next := c.ring.Stats().NextSeq
		if err := c.ledger.place(next); err != nil {
			return err
		}
		c.resumed(next)
	}
	if !c.board.ended(c.ledger.next) {
		return fmt.Errorf("told of the stream's end before message %d, but no producer ended it there", c.ledger.next)
	}
	if !again {
		c.slot.count(countEnds, 1)
	}
	c.ended = true
	c.nap(2 * time.Millisecond)
	return nil
}

// atEnd reports whether nothing more was ever published.
func (c *consumer) atEnd() bool { return c.ledger.next == c.board.stream.most() }

// told puts on the board where the consumer was moved: everything before counts as acknowledged.
func (c *consumer) told(next uint64) {
	c.slot.acked.Store(next)
	c.slot.asked.Store(next)
	c.passed(next)
}

// resumed puts on the board where the ring had kept this consumer's place: there it stays until more is acknowledged.
func (c *consumer) resumed(next uint64) {
	if c.Manual {
		c.slot.asked.Store(next) // first: this process may be killed in between
		c.slot.acked.Store(next)
	}
}

// passed puts on the board how far the consumer is.
func (c *consumer) passed(next uint64) {
	c.slot.next.Store(next)
	if !c.Manual {
		c.slot.asked.Store(next)
	}
	c.slot.placed.Store(1)
}
