package torture

import (
	"fmt"
	"time"
)

// An action is something done to a ring's workers. heavier ones come more often.
type action struct {
	weight int
	do     func(*round) error
}

var actions = []action{
	{4, func(r *round) error { return r.killAtRandom(r.producer) }},
	{9, func(r *round) error { return r.killHolding(r.producer) }},
	{14, (*round).killProducerInside},
	{3, func(r *round) error { return r.stop(r.producer) }},
	{5, func(r *round) error { return r.stopInside(r.producer) }},
	{3, func(r *round) error { return r.killJoining(r.producer) }},
	{4, func(r *round) error { return r.leave(r.producer) }},
	{4, func(r *round) error { return r.killLeaving(r.producer) }},
	{4, func(r *round) error { return r.killAtRandom(r.anyone()) }},
	{4, func(r *round) error { return r.killHolding(r.anyone()) }},
	{14, (*round).killConsumerInside},
	{8, func(r *round) error { return r.killJoining(r.anyone()) }},
	{5, func(r *round) error { return r.stop(r.anyone()) }},
	{12, func(r *round) error { return r.stopInside(r.anyone()) }},
	{6, func(r *round) error { return r.leave(r.anyone()) }},
	{3, func(r *round) error { return r.killLeaving(r.anyone()) }},
	{12, func(r *round) error { return r.seek(r.anyone()) }},
}

// act does one thing at random.
func (r *round) act() error {
	sum := 0
	for _, a := range actions {
		sum += a.weight
	}
	n := r.rand.IntN(sum)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			return a.do(r)
		}
	}
	return nil
}

// anyone is a consumer.
func (r *round) anyone() *actor { return r.consumers[r.rand.IntN(len(r.consumers))] }

func (r *round) killAtRandom(a *actor) error {
	if a.proc == nil || a.leaving {
		return nil
	}
	return r.kill(a, "at random")
}

// kill kills a worker, and notes what it was doing.
func (r *round) kill(a *actor, how string) error {
	gate := r.gateOf(a)
	p, err := a.die()
	if err != nil {
		return err
	}
	at := a.phase()
	r.history.add("killed %v %s: %v, at %d, %d committed", &a.part, how, at, a.slot.next.Load(), r.board.stream.committed.Load())
	r.report.killed(a, at)
	a.stoppedUntil, a.heldUntil = time.Time{}, time.Time{}
	a.part.Resume = r.withUntold(a, a.legacy(true, gate))
	a.back = r.soon()
	if r.rand.IntN(3) == 0 {
		r.zombies = append(r.zombies, p)
		r.report.totals[countZombies]++
	} else if err := p.reap(true); err != nil {
		return fmt.Errorf("%v: %w", &a.part, err)
	}
	return nil
}

// gateOf is what the ring says about a named consumer's gate.
func (r *round) gateOf(a *actor) (g gate) {
	s, err := r.observer.Snapshot()
	if err != nil || a.part.Name == "" {
		return gate{}
	}
	g.lifted = s.Demoted + s.Freed
	for _, c := range s.Consumers {
		g.holds = g.holds || c.Name == a.part.Name && c.Mode == "lossless"
	}
	return g
}

// stop stops a worker for a while.
func (r *round) stop(a *actor) error {
	if !a.free() {
		return nil
	}
	long := time.Duration(1+r.rand.IntN(300)) * time.Millisecond
	a.proc.signal(signalStop)
	a.stoppedUntil = time.Now().Add(long)
	what := countStopsConsumer
	if a == r.producer {
		what = countStopsProducer
	}
	r.report.totals[what]++
	r.history.add("stopped %v for %v: %v", &a.part, long, a.phase())
	return nil
}

// leave tells a worker to end in good order.
func (r *round) leave(a *actor) error {
	if !a.free() || a.slot.open.Load() == 0 {
		return nil
	}
	o := []order{orderLeave, orderLeaveNow}[r.rand.IntN(2)]
	r.history.add("told %v to leave (now: %v)", &a.part, o == orderLeaveNow)
	a.leaving = true
	a.tell(o)
	return nil
}

// seek tells a consumer to go somewhere else.
func (r *round) seek(a *actor) error {
	if a.free() && a.slot.open.Load() == 1 && a.slot.order.Load() == 0 {
		r.history.add("told %v to seek", &a.part)
		a.tell(orderSeek)
	}
	return nil
}
