package model

// looking for where to begin, at leisure.
type looking struct {
	joiner
	pin  value
	took bool // over: the gate never lapsed
	none bool // no place to begin from, at the last look
}

func (j looking) Run(p *proc) program {
	var pos, seq value
	switch e := j.entries[j.slot]; j.from {
	case oldest:
		pos, seq = j.oldest(p)
	case latest:
		pos, seq = j.end(p)
		p.assert(pos != nowhere || j.demotable, "overwritten above its pin %d", j.pin)
	case resume:
		next := p.load("J2", e.nextSeq, acquire)
		pos, seq = j.resume(p, next)
		p.assert(pos == nowhere || !j.took || seq == next || j.demotable, "told that it lost seq %d to %d, though its gate never lapsed", next, seq)
	}
	if pos == nowhere {
		return j
	}
	return j.settle(p, pos, seq)
}

// settle: the join is complete.
func (j looking) settle(p *proc, pos, seq value) program {
	e, c := j.entries[j.slot], j.consumer
	c.h, c.exp, c.told, c.gate = pos, seq, pos, true
	p.store("J3", e.nextSeq, c.exp, release)
	p.store("J3", e.head, c.h, release)
	if mode(c.state) == joining {
		c.state = stateOf(epoch(j.state), gating)
		if !p.compareAndSwap("J3", e.state, j.state, c.state) {
			p.assert(j.demotable, "demoted while joining")
			c.gate = false // tell ErrDemoted
		}
	}
	return c
}

// oldest is the least valid anchor not below the pin; none: last.
func (j looking) oldest(p *proc) (pos, seq value) {
	a := p.once(func() value {
		best := nowhere
		for _, at := range j.anchors {
			if a := p.load("L1", at, acquire); a >= j.pin && (best == nowhere || a < best) {
				best = a
			}
		}
		if best == nowhere {
			best = p.load("L1", j.last, acquire)
		}
		return best
	})
	pos, seq = j.recordAt(p, a)
	p.assert(pos != nowhere || j.demotable, "overwritten above its pin %d", j.pin)
	return pos, seq
}

// resume is at seq n, found by a walk from the last anchor (or last) with a seq not above it. Older than the oldest, or
// below the pin: at the oldest. That there is no such place is believed the second time only: anchors are loaded one
// after another, and the right one may have been stored just behind the look at its place.
func (j *looking) resume(p *proc, n value) (pos, seq value) {
	from := p.once(func() value {
		best := nowhere
		for _, at := range append(j.anchors[:len(j.anchors):len(j.anchors)], j.last) {
			a := p.load("L1", at, acquire)
			if a <= best {
				continue
			}
			if _, s := j.recordAt(p, a); s != nowhere && s <= n {
				best = a
			}
		}
		return best
	})
	if from == nowhere && !j.none && p.keeps("none twice") {
		j.none = true
		return nowhere, nowhere
	}
	if from == nowhere {
		return j.oldest(p)
	}
	j.none = false
	pos, seq = j.walk(p, from, n)
	if pos != nowhere && pos < j.pin && p.keeps("not below the pin") {
		return j.oldest(p) // still there, but nothing keeps it there
	}
	return pos, seq
}
