package torture

import (
	"errors"
	"fmt"
	"time"

	"github.com/mmring/mmring/ring"
)

// start is a place to begin at, and what must come of it.
type start struct {
	at    ring.Start
	name  string
	seq   uint64 // the first message is this one, or a later one
	exact bool   // what is gone of it is told as lost
}

// start is the place that a random number stands for, when so many messages are committed.
func (c *consumer) start(random, committed uint64) start {
	n := random >> 8
	switch random % 5 {
	case 0:
		return start{at: ring.Latest(), name: "Latest", seq: committed}
	case 1:
		back := n % 100
		return start{at: ring.Last(back), name: fmt.Sprintf("Last(%d)", back), seq: committed - min(back, committed)}
	case 2, 3:
		seq := committed - min(n%1000, committed)
		return start{at: ring.FromSeq(seq), name: fmt.Sprintf("FromSeq(%d)", seq), seq: seq, exact: true}
	}
	return start{at: ring.Oldest(), name: "Oldest"}
}

// seek moves to a random place. From then on everything before it counts as acknowledged.
func (c *consumer) seek() error {
	c.slot.enter(phaseSeek)
	s := c.start(c.rand.Uint64(), c.board.stream.committed.Load())
	var lapped *ring.LappedError
	switch err := c.ring.Seek(s.at); {
	case errors.As(err, &lapped):
		return c.lapped(lapped) // it was demoted, and stays where it was
	case err != nil:
		return fmt.Errorf("seek %s: %w", s.name, err)
	}
	c.slot.count(countSeeks, 1)
	c.Resume = resumption{}
	return c.begin(s)
}

// ack acknowledges all that was delivered.
func (c *consumer) ack() error {
	next := c.ledger.next
	c.slot.asked.Store(next)
	c.slot.enter(phaseAck)
	if err := c.ring.Ack(); err != nil {
		return err
	}
	c.slot.acked.Store(next)
	c.slot.enter(phaseRead)
	c.slot.count(countAcks, 1)
	return nil
}

// idle is what a consumer does between two looks at the ring: now and then it asks for its lag, and it acknowledges at the latest
// when there is nothing more to read, because the producer may be waiting for that.
func (c *consumer) idle() error {
	if c.Manual && !c.ledger.resuming && c.slot.acked.Load() != c.ledger.next && c.due() {
		return c.ack()
	}
	if !c.ledger.resuming && c.chance(200) {
		return c.lag()
	}
	return nil
}

// due reports whether an acknowledgement should wait no longer.
func (c *consumer) due() bool {
	return c.chance(20)
}

// lag holds what the ring says about how far this consumer is behind against what is published.
func (c *consumer) lag() error {
	least := c.board.stream.committed.Load()
	lag, err := c.ring.Lag()
	if err != nil {
		return err
	}
	c.slot.count(countLagged, 1)
	next := c.ring.Stats().NextSeq
	if end := next + lag.Messages; end < least || end > c.board.stream.most() {
		return fmt.Errorf("lag %d at message %d, but %d to %d messages were published", lag.Messages, next, least, c.board.stream.most())
	}
	return nil
}

// closeWhenTold closes the ring from a goroutine of its own, whatever the other one does with it.
func (c *consumer) closeWhenTold(closed chan<- struct{}) {
	defer close(closed)
	for c.ordered() != orderLeaveNow {
		time.Sleep(2 * time.Millisecond)
	}
	c.ring.Close()
	c.slot.count(countLeaves, 1)
}

// leave holds the ring's account of this consumer against its own, and closes.
func (c *consumer) leave() error {
	s := c.ring.Stats()
	if s.Received != c.got || s.Lost == c.slot.lost.Load() && s.NextSeq != c.ledger.next && !c.ledger.resuming {
		return fmt.Errorf("the ring says %d were received and %d is next, but %d were and %d is", s.Received, s.NextSeq, c.got, c.ledger.next)
	}
	c.slot.enter(phaseClosing)
	if err := c.ring.Close(); err != nil {
		return err
	}
	c.slot.enter(phaseClosed)
	c.slot.count(countLeaves, 1)
	return nil
}
