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
			return looking{j, p.load("J0", e.head, acquire), true, false}
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
		return looking{j.joiner, pin, false, false} // pairs E1, E2: one of the two sees the other
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

// seek to the oldest message: join anew, by the same entry.
func (c *consumer) seek() program {
	return seeking{joiner{consumer: *c}}
}

type seeking struct{ joiner }

func (c seeking) Run(p *proc) program {
	e := c.entries[c.slot]
	pin := pinning{joiner: c.joiner}
	if !p.keeps("seek pins") {
		return looking{c.joiner, p.load("J1", c.intent, acquire) - c.C, false, false}
	}
	joins := stateOf(epoch(c.state), joining)
	if !p.compareAndSwap("J4", e.state, c.state, joins) {
		p.assert(c.demotable, "demoted while seeking")
		c.gate = false
		return c.consumer
	}
	pin.state = joins
	return pin
}
