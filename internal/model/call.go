package model

// Close against a call in progress, inside one process: the mapping may go only when nobody is in it.
type calls struct {
	busy, closing place
	mapped        place // ghost
}

func newCalls(s *system) *calls {
	return &calls{s.word("busy", 0), s.word("closing", 0), s.ghost("mapped", 1)}
}

// A caller makes calls until it is told that the handle is closed.
type caller struct{ *calls }

func (c caller) Run(p *proc) program {
	p.store("enter busy", c.busy, 1, release)
	closing := p.load("enter closing", c.closing, acquire)
	if closing == 0 {
		p.assert(p.ghost(c.mapped) == 1, "used the mapping after Close") // first access of the call
		p.maybe("the call goes on")
		p.assert(p.ghost(c.mapped) == 1, "used the mapping after Close") // last
	}
	p.store("leave", c.busy, 0, release)
	if closing != 0 {
		return nil // ErrClosed
	}
	return c
}

// A closer closes: mark, wait for the call in progress to leave, unmap.
type closer struct{ *calls }

func (c closer) Run(p *proc) program {
	p.store("close closing", c.closing, 1, exchange)
	p.membarrier("close membarrier")
	p.until(func() bool { return p.load("close busy", c.busy, acquire) == 0 || !p.keeps("wait for the call") })
	p.setGhost(c.mapped, 0)
	return nil
}
