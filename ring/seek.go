package ring

import "fmt"

// seek finds where to start, and how many of the wanted messages are gone. What lies below pinned is as good as gone: it may
// still be readable, but nothing keeps it so.
func (c *Consumer) seek(from Start, pinned uint64) (at place, lost uint64, err error) {
	switch from.kind {
	case startLatest:
		at, err = c.end()
	case startSeq:
		if at, err = c.find(from.n, pinned); err == nil && at.seq < from.n {
			err = fmt.Errorf("%w: %d was asked for, the next to be published is %d", ErrNotYet, from.n, at.seq)
		}
		lost = at.seq - from.n
	case startLast:
		if at, err = c.end(); err == nil {
			at, err = c.find(at.seq-min(from.n, at.seq), pinned)
		}
	default:
		at, err = c.oldest(pinned, 0)
	}
	return at, lost, err
}

// Seek moves the consumer to another place of the stream, back or forth. What the ring no longer holds of it is reported
// as lost by the next call. On an error the consumer is where it was: ErrNotYet if the place is beyond the end, or a *LappedError
// that tells a lossless consumer that it was demoted meanwhile.
func (c *Consumer) Seek(to Start) (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	err = c.reseek(to)
	return c.leave(err)
}

func (c *Consumer) reseek(to Start) error {
	if !c.gating {
		return c.startAt(to, false, false)
	}
	if c.heads.state(c.entry) != c.state {
		c.demoted()
		return c.tellPending()
	}
	at, lost, err := c.seek(to, c.lower())
	if err != nil {
		c.heads.setHead(c.entry, c.published.pos)
		c.freed()
		return err
	}
	c.moveTo(at, lost)
	c.settle(true, true)
	if lost > 0 {
		c.pending = c.lose(lost)
	}
	return nil
}

// lower moves a gate that holds down, as far as the producer has not announced to overwrite, and returns where it is then. It
// never moves it up: what it holds may be wanted again if the search fails. Edge E2, like pin.
func (c *Consumer) lower() uint64 {
	for own := c.published.pos; ; {
		at := c.intent() - c.capacity
		if at >= own {
			c.heads.pinHead(c.entry, own)
			return own
		}
		c.heads.pinHead(c.entry, at)
		fullFence()
		if c.intent()-at <= c.capacity {
			return at
		}
	}
}
