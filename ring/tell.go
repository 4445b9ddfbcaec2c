package ring

// prepare ends the run, tells what is pending, and acknowledges what was delivered.
func (c *Consumer) prepare() error {
	if !c.run.exhausted() || c.run.next != c.seq {
		c.cut()
	}
	if c.pending != nil {
		return c.tellPending()
	}
	if !c.options.ManualAck {
		c.acked = place{c.head, c.seq}
	}
	if c.acked.pos-c.published.pos >= c.publishEvery() {
		c.publish()
	}
	return nil
}

// tellPending returns what is pending, once.
func (c *Consumer) tellPending() error {
	err := c.pending
	c.pending = nil
	if lapped, ok := err.(*LappedError); ok {
		lapped.Next = c.delivered().seq
	}
	return err
}

// tellLater makes a loss, or a demotion, what the next call says first.
func (c *Consumer) tellLater(lost uint64, demoted bool) {
	lapped, ok := c.pending.(*LappedError)
	if !ok {
		lapped = &LappedError{}
		c.pending = lapped
	}
	lapped.Lost += lost
	lapped.Demoted = lapped.Demoted || demoted
}

// lose counts lost messages and tells of them. Telling comes before the heads file, which may not be there any more.
func (c *Consumer) lose(lost uint64) error {
	c.count.lose(lost)
	c.run.restart(place{c.head, c.seq})
	c.tellLater(lost, false) // and acknowledged by the call after the one that tells
	return c.tellPending()
}
