package model

// nowhere: the place one began at is gone. Begin again.
const nowhere value = -1

// recordAt is where a record begins, checked, and its seq. Nothing was ever published: 0, 0.
func (c *consumer) recordAt(p *proc, pos value) (at, seq value) { return c.walk(p, pos, 0) }

// end is the position behind the newest record, and the next seq.
func (c *consumer) end(p *proc) (pos, seq value) {
	return c.walk(p, p.load("L1", c.last, acquire), 1<<14)
}

// walk from a record to the first with seq n or more, or to the end. Each step is checked before it is believed.
func (c *consumer) walk(p *proc, from, n value) (pos, seq value) {
	for pos = from; ; {
		w := p.load("L2", c.at(pos), acquire)
		s := p.load("L2", c.at(pos+1), plain)
		p.fence("LL L2", fenceLoads)
		if (p.keeps("check each step") || !committed(w) || s >= n) && c.lapped(p, "L3", pos) && p.keeps("L3") {
			return nowhere, nowhere
		}
		if !committed(w) {
			p.assert(w == 0, "walk: met word %d at %d", w, pos)
			return pos, seq
		}
		if s >= n {
			c.check(p, "walk", pos, w, s, nil)
			return pos, s
		}
		pos, seq = pos+size(w), s+1
		if pos > from+c.C {
			p.fail("walk: ran away to %d", pos)
		}
	}
}

// A starter is a lossy consumer that has not begun: at the end, or at some anchor.
type starter struct {
	consumer
	from beginning
}

func newStarter(r *ring, from beginning) starter {
	return starter{consumer{ring: r, slot: none}, from}
}

func (c starter) Run(p *proc) program {
	if c.from == latest {
		c.h, c.exp = c.end(p)
	} else if c.h = c.landing(p); c.h >= 0 {
		c.h, c.exp = c.recordAt(p, c.h)
	}
	if c.h < 0 {
		return starter{consumer{ring: c.ring, slot: none}, c.from}
	}
	return c.consumer
}

// A newestReader asks for the newest message, some times.
type newestReader struct {
	consumer
	times int
}

func (c newestReader) Run(p *proc) program {
	if c.times == 0 {
		return nil
	}
	last := p.load("L1", c.last, acquire)
	w := p.load("L2", c.at(last), acquire)
	if !committed(w) && !c.lapped(p, "L3", last) {
		p.assert(last == 0, "newest: nothing at %d", last)
		return c
	}
	copy := p.copy("R2", c.span(last+1, min(size(w), c.F)-1))
	p.fence("LL L2", fenceLoads)
	if c.lapped(p, "L3", last) && p.keeps("L3") {
		return c
	}
	b := copy.use()
	c.check(p, "newest", last, w, b[0], b[1:])
	c.times--
	return c
}
