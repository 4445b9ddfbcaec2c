package model

// park sleeps until something may have happened. The word slept on counts events: whoever saw it before looking around
// does not sleep through one.
func (c *consumer) park(p *proc) {
	var s value
	if p.keeps("count before looking") {
		s = p.load("W1", c.wakes, acquire)
	}
	p.store("W1 waiting", c.waiting, 1, exchange)
	p.membarrier("W1 membarrier")
	if p.keeps("W1 look again") && c.anything(p) { // pairs C4
		return
	}
	if !p.keeps("count before looking") {
		s = p.load("W1", c.wakes, acquire)
	}
	p.futexWait("W1", c.wakes, s)
}

// anything to wake up for?
func (c *consumer) anything(p *proc) bool {
	return p.load("W1", c.at(c.h), acquire) != 0 ||
		p.keeps("W1 look at reserved") && c.lapped(p, "W1", c.h) ||
		p.load("W1", c.closed, acquire) == c.h+1
}

// wake whoever sleeps. SL after C1 by the sleeper's membarrier; arm64: STLR, LDAR.
func (q *producer) wake(p *proc) {
	if !q.sleeping || p.load("C4", q.waiting, acquire) == 0 {
		return
	}
	q.woken++
	if p.keeps("clear before counting") {
		p.store("C4 clear", q.waiting, 0, plain)
	}
	p.store("C4 count", q.wakes, q.woken, release)
	if !p.keeps("clear before counting") {
		p.store("C4 clear", q.waiting, 0, plain)
	}
	p.futexWake("C4 wake", q.wakes)
}

// awaitSpace: a round of waiting for the entries at the floor.
func (q *producer) awaitSpace(p *proc, need value, at int) {
	for i, e := range q.entries {
		if at>>i&1 == 0 {
			continue
		}
		alive := !p.keeps("probe after load") && p.held(e.alive)
		s := p.load("probe", e.state, acquire)
		if m := mode(s); m != joining && m != gating {
			continue
		}
		if p.keeps("probe after load") {
			alive = p.held(e.alive) // a joiner locks before it writes state
		}
		if !alive {
			p.compareAndSwap("park", e.state, s, stateOf(epoch(s), parked))
		} else if q.demotable && p.maybe("blocked for D") {
			p.compareAndSwap("demote", e.state, s, stateOf(epoch(s), demoted))
			q.ignored |= 1 << i // CAS or not
		}
	}
	if !q.sleeping {
		return
	}
	p.store("W3 space", q.space, 1, exchange)
	p.membarrier("W3 membarrier")
	if p.keeps("W3 look again") {
		if floor, _ := q.scan(p); q.enough(p, need, floor) {
			return
		}
	}
	p.futexWait("W3", q.space, 1) // pairs R4
}
