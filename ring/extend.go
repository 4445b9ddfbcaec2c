package ring

import (
	"context"
	"time"
)

// extend is the producer's slow path: it obtains the right to write below need, a little under once per segment, and waits
// for lossless consumers if it must. It announces, looks, then grants itself what the heads allow; docs/protocol.md, E1-E4.
func (p *Producer) extend(ctx context.Context, need uint64) error {
	if err := p.examine(); err != nil {
		return err
	}
	defer func() { p.stall.ignored = nil }() // this wait is over, one way or the other; an entry may have another owner in the next
	if t := p.ceilSegment(need); p.intends < t {
		p.intends = t
		p.announce(t) // E1
	}
	for {
		if r := p.allowed(); r >= need {
			p.grant(r) // E3
			p.granted, p.limit = r, r
			p.setBelow()
			p.stall.over()
			return nil
		}
		if err := p.afterFaults(); err != nil {
			return err
		}
		p.flush() // they may be waiting for the very batch that is open
		if err := p.awaitSpace(ctx, need); err != nil {
			p.intends = p.granted
			p.retract(p.intends) // E4: whoever comes now finds all that is there
			return err
		}
	}
}

// examine sees, once a lap and not more often than once a second, whether the file still has its name and its size. A stream that
// nobody can open any more ends with an error rather than in silence.
func (p *Producer) examine() error {
	if p.extensions++; p.gone != nil || p.extensions%segments != 0 {
		return p.gone
	}
	if now := time.Now(); now.Sub(p.examined) > time.Second {
		p.examined, p.gone = now, p.files.check()
	}
	return p.gone
}

// allowed is how far the gating heads, and the announcement, let the producer write. The whole segment of the lowest head is
// spared, and with it the anchor at or before that head: a restarted consumer finds its place by walking from there. What an earlier
// producer was granted may be overwritten already, so reserved never goes back.
func (p *Producer) allowed() uint64 {
	return max(p.granted, min(p.intends, p.floor()&^(p.segment-1)+p.capacity))
}

// floor is the lowest gating head, at most pos. Edge E2: an entry below reserved-C, or above reserved, never passed a join and
// does not gate, whatever it says.
func (p *Producer) floor() uint64 {
	floor := p.pos
	for i := 0; i < p.heads.slots; i++ {
		if i%8 == 0 && p.heads.free(i) {
			i += 7
			continue
		}
		if !stateMode(p.heads.state(i)).gates() || p.stall.ignores(i) {
			continue
		}
		if h := p.heads.headOf(i); !p.lapped(p.granted, h) && h < floor {
			floor = h
		}
	}
	return floor
}

// lookInterval is the longest time between two looks at who holds the producer up.
const lookInterval = 10 * time.Millisecond

// stall is what a producer that lacks space knows of its wait, until it gets some. The deadline belongs to the wait, not to any
// consumer: no entry can prolong it by moving back or changing its epoch.
type stall struct {
	backoff
	lastLook time.Time
	blocked  time.Duration // time between looks, each counted as at most a look interval: a producer that was stopped itself does not count that
	ignored  []bool        // entries demoted in this wait, whether or not they agreed
}

func (s *stall) over() {
	if !s.lastLook.IsZero() {
		*s = stall{}
	}
	s.reset()
}

// due reports whether it is time to look again.
func (s *stall) due() bool { return time.Since(s.lastLook) >= lookInterval }

// look adds the time since the last look to blocked, and returns it.
func (s *stall) look(now time.Time) (gap time.Duration) {
	if !s.lastLook.IsZero() {
		gap = min(now.Sub(s.lastLook), lookInterval)
	}
	s.lastLook = now
	s.blocked += gap
	return gap
}

func (s *stall) ignores(i int) bool { return s.ignored != nil && s.ignored[i] }

// awaitSpace passes the time until the caller looks at the gating heads again: spinning first, then asleep. It gives up for
// a context, for Close, and in a call that must not wait.
func (p *Producer) awaitSpace(ctx context.Context, need uint64) error {
	switch {
	case p.isClosing():
		return ErrClosed
	case ctx == noWait:
		if p.stall.due() {
			p.lookAtStalled()
		}
		if p.allowed() < need {
			return ErrFull
		}
		return nil
	case ctx != nil && ctx.Err() != nil:
		return ctx.Err()
	case p.stall.spin(p.wait):
		if p.wait != Spin || p.stall.polls%1024 != 0 {
			return nil
		}
	}
	if p.stall.due() {
		p.lookAtStalled()
	}
	if p.wait != Spin {
		p.sleepForSpace(need)
	}
	return nil
}

// sleepForSpace sleeps until a consumer moves its head, at most a look interval. Edge S1: store space, fence both sides, look again.
func (p *Producer) sleepForSpace(need uint64) {
	p.heads.setSpace()
	atMost := lookInterval
	if !barrier() {
		atMost = time.Millisecond
	}
	if p.allowed() < need {
		futexWait(p.heads.space(), 1, atMost)
	}
}

// lookAtStalled lifts the gates of the dead that are in the way and, past the deadline, demotes the living.
func (p *Producer) lookAtStalled() {
	add(&p.status().blockedNS, uint64(p.stall.look(time.Now())))
	late := p.deadline > 0 && p.stall.blocked >= p.deadline
	floor := p.floor()
	for i := range p.heads.slots {
		s := p.heads.state(i) // Q1: loaded before the lock is probed; a joiner locks before it changes it
		if !stateMode(s).gates() || p.stall.ignores(i) || p.heads.headOf(i) != floor {
			continue
		}
		if alive, err := p.files.consumerAlive(i); err == nil && !alive {
			if p.heads.swapState(i, s, stateWith(s, modeParked)) {
				add(&p.status().freed, 1)
			}
		} else if late {
			p.demote(i, s)
		}
	}
}

// demote makes a lossless consumer lossy. It need not agree: it sees in reserved that it was passed.
func (p *Producer) demote(i int, s uint64) {
	if p.stall.ignored == nil {
		p.stall.ignored = make([]bool, p.heads.slots)
	}
	p.stall.ignored[i] = true
	if p.heads.swapState(i, s, stateWith(s, modeDemoted)) {
		add(&p.status().demoted, 1)
	}
}
