package model

// extend the limit to need or more. False: waited a round, look again.
func (q *producer) extend(p *proc, need value) bool {
	if !p.keeps("E1 before E2") {
		floor, _ := q.scan(p)
		q.announce(p, need)
		return q.granted(p, need, floor)
	}
	q.announce(p, need)
	floor, at := q.scan(p)
	if q.granted(p, need, floor) {
		return true
	}
	if q.open && p.keeps("flush before waiting") {
		q.flush(p) // they may be waiting for it
		return false
	}
	q.awaitSpace(p, need, at)
	return false
}

// announce: E1, the join's other half. Before E2.
func (q *producer) announce(p *proc, need value) {
	t := q.ceilS(need)
	if q.intended >= t {
		return
	}
	q.intended = t
	if !p.keeps("intent apart from reserved") {
		p.store("E1", q.reserved, t, exchange)
	}
	p.store("E1", q.intent, t, exchange)
}

// scan: E2, the lowest gating head, and which entries are at it (bits).
func (q *producer) scan(p *proc) (floor value, at int) {
	found := p.once(func() value {
		floor, at := q.W, 0
		if !p.keeps("E2") {
			return floor << 4
		}
		for i, e := range q.entries {
			s := p.load("E2", e.state, acquire)
			gates := mode(s) == gating || mode(s) == joining && p.keeps("joining gates")
			if !gates || q.ignored>>i&1 != 0 {
				continue
			}
			h := p.load("E2", e.head, acquire)
			if q.beyond(q.R, h) {
				continue // never joined: no gate
			}
			if h < floor {
				floor, at = h, 0
			}
			if h == floor {
				at |= 1 << i
			}
		}
		return floor<<4 | value(at)
	})
	return found >> 4, int(found & 15)
}

// grantable is how far a floor lets the producer go. The segment of the lowest head stays whole: its anchor is what the
// owner of that head, restarted, finds its way from.
func (q *producer) grantable(p *proc, floor value) value {
	if p.keeps("spare the segment of the floor") {
		floor = q.floorS(floor)
	}
	return min(q.intended, floor+q.C)
}

func (q *producer) enough(p *proc, need, floor value) bool { return q.grantable(p, floor) >= need }

// granted takes what was announced as far as the floor allows, if that is enough.
func (q *producer) granted(p *proc, need, floor value) bool {
	if !q.enough(p, need, floor) {
		return false
	}
	r := q.grantable(p, floor)
	p.store("E3", q.reserved, r, exchange) // before any overwriting or zeroing byte
	q.R, q.limit, q.ignored = r, r, 0
	return true
}
