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
	for pos = from; pos <= from+c.C; {
		w := p.load("L2", c.at(pos), acquire)
		copy := p.copy("L2", c.span(pos+1, 1))
		p.fence("LL L2", fenceLoads)
		if p.keeps("check each step") && c.lapped(p, "L3", pos) && p.keeps("L3") {
			copy.drop()
			return nowhere, nowhere
		}
		s := copy.use()[0]
		if !p.keeps("check each step") && (!committed(w) || s >= n) && c.lapped(p, "L3", pos) {
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
	}
	return nowhere, nowhere // chasing the producer: begin again, further on
}

// A starter is a lossy consumer that has not begun: at the end, at some anchor, or at a seq.
type starter struct {
	consumer
	from beginning
	seq  value // to resume at
}

func newStarter(r *ring, from beginning) starter {
	return starter{consumer{ring: r, slot: none}, from, 0}
}

func (c starter) Run(p *proc) program {
	again := c
	switch c.from {
	case latest:
		c.h, c.exp = c.end(p)
	case oldest:
		c.h, c.exp = c.recordAt(p, p.load("L1", c.anchors[p.choose("anchor", len(c.anchors))], acquire))
	case resume:
		c.h, c.exp = c.walk(p, p.load("L1", c.anchors[p.choose("anchor", len(c.anchors))], acquire), c.seq)
	}
	if c.h == nowhere {
		return again
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
