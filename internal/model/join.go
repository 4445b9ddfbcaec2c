package model

// A joiner becomes a lossless consumer: pin, then look.
type joiner struct {
	consumer
	from  beginning
	named bool // takes over what an earlier life of the same name left
}

type beginning uint8

const (
	oldest beginning = iota
	latest
	resume // at nextSeq
)

// newJoiner will enter by this slot.
func newJoiner(r *ring, slot int, from beginning) joiner {
	return joiner{consumer: consumer{ring: r, slot: slot}, from: from}
}

// again is the next life of a named consumer.
func again(r *ring, slot int) joiner {
	j := newJoiner(r, slot, resume)
	j.named = true
	return j
}

// Run is `enter`.
func (j joiner) Run(p *proc) program {
	e := j.entries[j.slot]
	if p.keeps("lock before state") && !p.lock(e.alive) {
		return j // someone else's, so far
	}
	s := p.load("J0", e.state, acquire)
	completed := mode(s) == gating || mode(s) == joining && !p.keeps("only a completed join")
	if j.named && completed && p.keeps("take over by one CAS") {
		j.state = stateOf(epoch(s)+1, mode(s))
		if p.compareAndSwap("J0", e.state, s, j.state) { // the gate never lapsed
			return looking{j, p.load("J0", e.head, acquire), true}
		}
		return retaking{j}
	}
	if epoch(s) == 0 && j.from == resume {
		j.from = oldest // killed before it had an entry
	}
	return pinning{j, s, true}
}

// retaking: the producer has just parked what was to be taken over. The lock is held already.
type retaking struct{ joiner }

func (j retaking) Run(p *proc) program {
	return pinning{j.joiner, p.load("J0", j.entries[j.slot].state, acquire), true}
}

// pinning: from the round that succeeds on, nothing at or above the pin is overwritten.
type pinning struct {
	joiner
	found value // the entry's state before
	first bool
}

func (j pinning) Run(p *proc) program {
	e := j.entries[j.slot]
	pin := j.aim(p)
	headFirst := p.keeps("head before state")
	if headFirst {
		p.store("J1 head", e.head, pin, release)
	}
	if j.first {
		j.state = stateOf(epoch(j.found)+1, joining)
		if !p.keeps("join in mode joining") {
			j.state = stateOf(epoch(j.found)+1, gating)
		}
		if !p.compareAndSwap("J1", e.state, j.found, j.state) {
			return retaking{j.joiner}
		}
	}
	if !headFirst {
		p.store("J1 head", e.head, pin, release)
	}
	if !p.keeps("lock before state") {
		p.lock(e.alive)
	}
	p.fence("J1 fence", fenceFull)
	if !p.keeps("J1 look again") || !j.beyond(p.load("J1", j.announced(p), acquire), pin) {
		return looking{j.joiner, pin, false} // pairs E1, E2: one of the two sees the other
	}
	j.first = false
	return j
}

func (j pinning) aim(p *proc) value {
	if j.from == latest {
		return p.load("J1", j.last, acquire)
	}
	return p.load("J1", j.announced(p), acquire) - j.C
}

// announced is the word joiners look at.
func (j pinning) announced(p *proc) place {
	if p.keeps("joiners look at intent") {
		return j.intent
	}
	return j.reserved
}

// looking for where to begin, at leisure.
type looking struct {
	joiner
	pin  value
	took bool // over: the gate never lapsed
}

func (j looking) Run(p *proc) program {
	var pos, seq value
	switch e := j.entries[j.slot]; j.from {
	case oldest:
		pos, seq = j.oldest(p)
	case latest:
		pos, seq = j.end(p)
	case resume:
		next := p.load("J2", e.nextSeq, acquire)
		pos, seq = j.resume(p, next)
		p.assert(!j.took || seq == next || j.demotable, "told that it lost seq %d to %d, though its gate never lapsed", next, seq)
	}
	if pos == nowhere {
		p.assert(j.demotable, "overwritten above its pin %d", j.pin)
		j.from = latest // demoted: begin anywhere
		return j
	}
	return j.settle(p, pos, seq)
}

// settle: the join is complete.
func (j looking) settle(p *proc, pos, seq value) program {
	e, c := j.entries[j.slot], j.consumer
	c.h, c.exp, c.gate = pos, seq, true
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
	return j.recordAt(p, a)
}

// resume is at seq n, found by a walk from the last anchor (or last) with a seq not above it. Older than the oldest:
// there.
func (j looking) resume(p *proc, n value) (pos, seq value) {
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
	if from == nowhere {
		return j.oldest(p)
	}
	return j.walk(p, from, n)
}
