package ring

// join makes the consumer one of the ring's, at the place its options ask for.
func (c *Consumer) join() error {
	r, err := c.enlist()
	if err != nil {
		return err
	}
	from := c.options.From
	if r.found {
		from = FromSeq(r.nextSeq)
	}
	err = c.startAt(from, c.options.Lossless, r.gated)
	switch {
	case err == nil || c.entry == unlisted:
	case r.found:
		c.adopt(modeParked) // its place stays what it was
	default:
		c.adopt(modeFree)
	}
	return err
}

// startAt finds the place to start at and takes it. A lossless consumer keeps the producer off first, then looks. held says that
// its gate holds already.
func (c *Consumer) startAt(from Start, lossless, held bool) error {
	var pinned uint64
	if lossless && !held {
		pinned = c.pin(from.kind == startLatest)
	}
	at, lost, err := c.seek(from, pinned)
	if err == nil && held && (lost > 0 || at.pos < c.heads.headOf(c.entry)) { // a gate is never lowered without a look at intent
		held, pinned = c.heldFrom()
		at, lost, err = c.seek(from, pinned)
	}
	if err != nil {
		return err
	}
	c.moveTo(at, lost)
	c.settle(lossless, held)
	if lost > 0 {
		c.pending = c.lose(lost)
	}
	return nil
}

// heldFrom is what a gate that was taken over holds, for a consumer whose message is gone or below it: what lies below may still be there, but the
// producer may have looked at the heads already and overwrite it. The segment is spared, for the anchor in it; see allowed. A gate that
// the producer has passed is none, and pinned anew.
func (c *Consumer) heldFrom() (held bool, pinned uint64) {
	if gate := c.heads.headOf(c.entry); c.intact(gate) {
		return true, gate &^ (c.segment - 1)
	}
	return false, c.pin(false)
}

// moveTo makes at the next message to be delivered. Everything before it counts as acknowledged, except the lost messages directly before
// it: if this process dies before it was told of them, its successor must be. What was pending about the old place no longer matters,
// unless it is that the gate was lost.
func (c *Consumer) moveTo(at place, lost uint64) {
	c.run.restart(at)
	c.head, c.seq = at.pos, at.seq
	c.acked = place{at.pos, at.seq - lost}
	c.published = c.acked
	lapped, ok := c.pending.(*LappedError)
	if c.pending = nil; ok && lapped.Demoted {
		c.tellLater(0, true)
	}
	if c.entry != unlisted {
		c.heads.setNextSeq(c.entry, c.acked.seq)
		c.heads.setHead(c.entry, at.pos)
	}
}

// settle ends a join: the entry gates, or is listed as lossy.
func (c *Consumer) settle(lossless, held bool) {
	switch {
	case lossless && held:
		c.gating = true
		c.freed()
	case lossless:
		gating := stateWith(c.state, modeGating)
		if c.gating = c.heads.swapState(c.entry, c.state, gating); c.gating {
			c.state = gating
		} else {
			c.demoted()
		}
	default:
		c.gating = false
		c.adopt(modeLossy)
	}
	c.count.setLossless(c.gating)
}

// pin makes the producer keep everything from some position on, without yet knowing where records start: it stores a head that nothing the
// producer has announced can pass, then sees whether more was announced meanwhile. Either the producer's scan saw the
// head, or this sees the announcement. Edge E2; docs/protocol.md, J1.
func (c *Consumer) pin(latest bool) (at uint64) {
	for joining := false; ; {
		at = c.intent() - c.capacity
		if latest {
			at, latest = c.last(), false
		}
		c.heads.pinHead(c.entry, at)
		if !joining {
			s := c.heads.state(c.entry)
			c.state = stateNext(s, modeJoining)
			if !c.heads.swapState(c.entry, s, c.state) {
				continue
			}
			joining = true
		}
		fullFence()
		if c.intent()-at <= c.capacity {
			return at
		}
	}
}

// reattach joins the heads file that the producer uses now, and delivers on from where it is. Until that works the consumer
// reads on as it is, and reserved tells it the truth.
func (c *Consumer) reattach() {
	if c.files.path == "" {
		return
	}
	lossless := c.gating
	c.heads.mem, c.entry, c.mayWake = nil, unlisted, false
	c.files.closeHeads()
	if c.findHeads(c.files.openHeads) != nil || c.heads.mem == nil {
		c.loseHeads()
		return
	}
	if _, err := c.enlist(); err != nil || c.regate(lossless) != nil {
		c.loseHeads()
	}
}

// regate takes up the entry in a new heads file, at what is acknowledged or, if the producer was faster, at what is left.
func (c *Consumer) regate(lossless bool) error {
	if c.entry == unlisted {
		return nil
	}
	var pinned uint64
	if lossless {
		pinned = c.pin(false)
	}
	at, err := c.find(c.acked.seq, pinned)
	switch {
	case err != nil:
		return err
	case at.seq > c.seq:
		lost := at.seq - c.seq
		c.moveTo(at, lost)
		c.pending = c.lose(lost)
	default:
		c.acked.pos = at.pos // what is gone between the two was not acknowledged: a successor is to be told
		c.publish()
	}
	c.settle(lossless, false)
	return nil
}
