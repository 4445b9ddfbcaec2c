package model

// A consumer is the private words of a consumer between two calls. Lossless and lossy read alike.
type consumer struct {
	*ring
	slot   int // its entry; none if it may not write the heads file
	h, exp value
	gate   bool
	state  value // as it wrote it last
}

const none = -1

type outcome uint8

const (
	empty outcome = iota
	delivered
	moved
	ended
)

func (c consumer) Run(p *proc) program {
	got, tell := c.next(p)
	if c.gate && (got == delivered && !p.keeps("R4 after R2") || got == empty && !p.keeps("publish before empty")) {
		got = moved
	}
	if c.gate && got == delivered {
		c.publish(p)
	}
	if tell != nil {
		tell()
	}
	switch {
	case got == ended, c.messages > 0 && c.exp >= c.messages:
		return c.finish(p)
	case got == empty && c.sleeping:
		c.park(p)
	}
	return c
}

// finish: what was promised, was it kept?
func (c *consumer) finish(p *proc) program {
	made := p.ghost(c.made)
	p.assert(c.exp == made, "ends at seq %d of %d", c.exp, made)
	if c.slot != none {
		return leaving{*c}
	}
	return nil
}

// next is one poll. tell hands the message to the user.
func (c *consumer) next(p *proc) (got outcome, tell func()) {
	w := p.load("R1", c.at(c.h), acquire)
	if !committed(w) {
		return c.nothing(p, w), nil
	}
	n := min(size(w), c.F)
	copy := p.copy("R2", c.span(c.h+1, n-1)) // inside the mapping whatever w is
	p.fence("LL", fenceLoads)
	if c.lapped(p, "R3", c.h) && p.keeps("R3") { // pairs E3. Nothing is believed before this line
		return c.relocate(p), nil
	}
	pos, exp := c.h, c.exp
	c.h += n
	c.exp++
	return delivered, func() {
		b := copy.use()
		p.assert(b[0] == exp, "ErrCorrupt: seq %d, expected %d", b[0], exp)
		c.check(p, "delivered", pos, w, b[0], b[1:])
	}
}

// nothing at h: why?
func (c *consumer) nothing(p *proc, w value) outcome {
	if c.lapped(p, "R3", c.h) {
		return c.relocate(p)
	}
	p.assert(w == 0, "ErrCorrupt: word %d at %d", w, c.h)
	if !p.keeps("closed says where") {
		if p.load("R5", c.closed, acquire) != 0 {
			return ended
		}
		return empty
	}
	if p.load("R5", c.closed, acquire) == c.h+1 {
		return ended
	}
	return empty
}

// publish the head: R4 after R2's loads.
func (c *consumer) publish(p *proc) {
	e := c.entries[c.slot]
	p.store("R4", e.nextSeq, c.exp, release)
	p.store("R4", e.head, c.h, release)
	if c.sleeping && p.load("SL", c.space, acquire) != 0 {
		p.store("W2", c.space, 0, plain)
		p.futexWake("W2", c.space)
	}
	if p.load("R6", e.state, acquire) != c.state {
		c.gate = false // tell ErrDemoted
	}
}

// relocate a consumer that was lapped, and count exactly what it lost.
func (c *consumer) relocate(p *proc) outcome {
	if c.gate {
		p.assert(c.demotable, "gating, never demoted, and lapped at %d", c.h)
		c.gate = false
		next := stateOf(epoch(c.state)+1, lossy)
		p.compareAndSwap("R7", c.entries[c.slot].state, p.load("R7", c.entries[c.slot].state, acquire), next)
		c.state = next
	}
	var a, w, s value
	p.until(func() bool {
		if a = c.landing(p); a < 0 {
			return false
		}
		w = p.load("L2", c.at(a), acquire)
		s = p.load("L2", c.at(a+1), plain)
		p.fence("LL L2", fenceLoads)
		return !(c.lapped(p, "L3", a) && p.keeps("L3")) && committed(w)
	})
	c.check(p, "relocate", a, w, s, nil)
	p.assert(s >= c.exp, "relocate: goes back from seq %d to %d", c.exp, s)
	c.h, c.exp = a, s // lost: s - exp, exact
	return moved
}

// landing is some anchor that may be valid, or last. -1: this one is not.
func (c *consumer) landing(p *proc) value {
	k := p.choose("anchor", len(c.anchors)+1)
	if k == len(c.anchors) {
		return p.load("L1", c.last, acquire)
	}
	a := p.load("L1", c.anchors[k], acquire)
	if c.lapped(p, "L1", a) {
		return -1
	}
	return a
}

// A leaving consumer gives its entry back.
type leaving struct{ consumer }

func (c leaving) Run(p *proc) program {
	e := c.entries[c.slot]
	p.compareAndSwap("leave", e.state, c.state, stateOf(epoch(c.state), free))
	p.unlock(e.alive)
	return nil
}
