package ring

import (
	"cmp"
	"errors"
)

// Ack acknowledges every message delivered so far, the last one included, at once: the producer may overwrite them, and
// a consumer of the same name that starts after this process was killed does not see them again.
//
// Without ManualAck it is seldom needed. A message is then acknowledged by the call that asks for the next one, and by
// Close; the heads file learns of it at the latest after a sixteenth of the ring, when no message is waiting, and by Close. So
// after a kill at most a sixteenth of the ring, and what was fetched with it, is delivered again.
//
// For a consumer with a name it fails with ErrHeads if the heads file was cut off, which keeps no place any more; the consumer reads on, lossy,
// and takes its place in the producer's next heads file.
func (c *Consumer) Ack() (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	listed := c.entry
	c.acked = c.delivered()
	c.publish()
	return c.leaveAck(listed, nil)
}

// AckBefore acknowledges every message before seq, at once, as Ack does; at most those delivered, and what is acknowledged
// stays so. It is for ManualAck, where later messages were delivered and are not finished.
func (c *Consumer) AckBefore(seq uint64) (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	listed := c.entry
	return c.leaveAck(listed, c.ackBefore(seq))
}

// leaveAck is leave for a call that acknowledges. A consumer with a name that had an entry, and lost it with the heads file, has its place kept
// nowhere.
func (c *Consumer) leaveAck(entry int, err error) error {
	err = cmp.Or(c.afterFaults(), err)
	if err == nil && c.options.Name != "" && entry != unlisted && c.heads.mem == nil {
		err = errHeadsLost
	}
	return c.leave(err) // last: Close takes the heads away
}

func (c *Consumer) ackBefore(seq uint64) error {
	at := c.delivered()
	switch {
	case seq <= c.acked.seq:
		return nil
	case seq < at.seq:
		from, err := c.walk(c.acked.pos, seq) // its gate holds it; without one it may be gone
		if errors.Is(err, errLapped) {
			from, err = c.find(seq, 0)
		}
		if err != nil {
			return err
		}
		at = place{from.pos, seq}
	}
	c.acked = at
	c.publish()
	return nil
}

// publish tells the heads file what is acknowledged: nextSeq first, because it alone counts for resuming; then the head,
// which frees the space. Edges E2 and S1.
func (c *Consumer) publish() {
	c.published = c.acked
	if c.entry == unlisted {
		return
	}
	stats := c.Stats()
	c.heads.setCounts(c.entry, stats.Lost, stats.Received)
	c.heads.setNextSeq(c.entry, c.acked.seq)
	c.heads.setHead(c.entry, c.acked.pos)
	if !c.gating {
		return
	}
	c.freed()
	if c.heads.state(c.entry) != c.state {
		c.demoted()
	}
}

// freed wakes a producer that waits for space, after the head was moved or the gate lifted. Edge S1.
func (c *Consumer) freed() {
	c.fence()
	if c.heads.spaceWanted() {
		c.heads.clearSpace()
		futexWake(c.heads.space())
	}
}

// demoted notices that somebody ended this consumer's gate, and goes on without.
func (c *Consumer) demoted() {
	c.gating = false
	c.tellLater(0, true)
	c.adopt(modeLossy)
}

// adopt gives the entry a mode of its owner's choice, whatever it says. If somebody keeps changing it this consumer does without.
func (c *Consumer) adopt(m mode) {
	c.count.setLossless(m == modeGating)
	for range 100 {
		if c.entry == unlisted {
			return
		}
		s := c.heads.state(c.entry)
		c.state = stateNext(s, m)
		if c.heads.swapState(c.entry, s, c.state) {
			return
		}
	}
	c.entry = unlisted
}
