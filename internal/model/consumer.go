package model

// A consumer is the private words of a consumer between two calls. Lossless and lossy read alike.
type consumer struct {
	*ring
	slot   int // its entry; none if it may not write the heads file
	h, exp value
	gate   bool
	state  value // as it wrote it last
	told   value // the head it published last
	lazy   bool  // publish the head only when it must be
	views  bool  // the user looks at the ring itself, after the check
	looks  bool  // while empty, whether there still is a producer
	quits  value // leave at this seq; 0: at the end
	seeks  value // once at this seq, seek to the oldest; 0: never
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
	if c.gate && (got == delivered && c.mustPublish(p) || got == empty && c.told != c.h && p.keeps("publish before empty")) {
		c.publish(p)
	}
	if tell != nil {
		tell() // the user looks at the copy no earlier than that
	}
	switch {
	case c.quits > 0 && c.exp >= c.quits:
		return leaving{c}
	case got == ended:
		p.assert(p.ghost(c.sealed)>>c.exp&1 != 0, "told of the end of the stream at seq %d", c.exp)
		return c.finish()
	case c.messages > 0 && c.exp >= c.messages:
		return c.finish()
	case c.seeks > 0 && c.exp == c.seeks:
		c.seeks = 0
		return c.seek()
	case got == empty && c.looks && c.alone(p):
		p.assert(p.ghost(c.made) == c.exp, "told that there is no producer, at seq %d of %d", c.exp, p.ghost(c.made))
		return c.finish()
	case got == empty && c.sleeping:
		c.park(p)
	}
	return c
}

func (c *consumer) mustPublish(p *proc) bool {
	return !c.lazy || c.h-c.told >= c.S && p.keeps("publish every segment")
}

// alone reports that there is no producer now, and nothing left to read.
func (c *consumer) alone(p *proc) bool {
	return !p.held(c.writing) && (!p.keeps("look again") || p.load("R8", c.at(c.h), acquire) == 0)
}

func (c *consumer) finish() program {
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
	pos, exp, n := c.h, c.exp, min(size(w), c.F)
	if c.gate && !p.keeps("R4 after R2") {
		c.h += n
		c.publish(p)
		c.h = pos
	}
	var copy *copied
	if !c.views {
		copy = p.copy("R2", c.span(c.h+1, n-1)) // inside the mapping whatever w is
		p.fence("LL", fenceLoads)
	}
	if c.lapped(p, "R3", c.h) && p.keeps("R3") { // pairs E3. Nothing is believed before this line
		return c.relocate(p), nil
	}
	if c.views {
		copy = p.copy("R2", c.span(c.h+1, n-1))
	}
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
	c.told = c.h
	if c.sleeping && p.load("R4 space", c.space, acquire) != 0 {
		p.store("R4 space", c.space, 0, plain)
		p.futexWake("R4 wake", c.space)
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
		copy := p.copy("L2", c.span(a+1, 1))
		p.fence("LL L2", fenceLoads)
		if c.lapped(p, "L3", a) && p.keeps("L3") || !committed(w) {
			copy.drop()
			return false
		}
		s = copy.use()[0]
		return true
	})
	c.check(p, "relocate", a, w, s, nil)
	p.assert(s >= c.exp, "relocate: goes back from seq %d to %d", c.exp, s)
	c.h, c.exp, c.told = a, s, a // lost: s - exp, exact
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
