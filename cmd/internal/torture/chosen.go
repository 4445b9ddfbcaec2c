package torture

import "time"

// The instants at which workers hold if told to, and those in which they kill themselves.
var (
	holdsOfProducer  = []phase{phaseBetween, phaseBatch, phaseBatch, phaseClaimed, phaseClaimed}
	insideOfProducer = []phase{phasePublish, phaseAppend, phaseFlush, phaseClaim, phaseClaimed, phaseCommit, phaseAbort, phaseBatch}
	insideOfConsumer = []phase{phaseRead, phaseHandle, phaseSeek, phaseAck, phaseLatest}
)

// killHolding waits until the worker has come to a chosen instant and holds there. Then it is killed, or let go after a while.
func (r *round) killHolding(a *actor) error {
	if !a.free() || a.part.Way == wayLatest {
		return nil
	}
	at := phaseHandle
	if a == r.producer {
		at = holdsOfProducer[r.rand.IntN(len(holdsOfProducer))]
	}
	a.slot.hold.Store(uint64(at))
	if !waitFor(50*time.Millisecond, func() bool { return a.slot.held.Load() == uint64(at) || a.proc.ended.Load() }) {
		a.slot.hold.Store(0)
		return nil
	}
	if r.rand.IntN(4) > 0 {
		return r.kill(a, "holding")
	}
	long := time.Duration(1+r.rand.IntN(200)) * time.Millisecond
	r.history.add("held %v for %v: %v", &a.part, long, at)
	r.report.totals[countHeld]++
	a.heldUntil = time.Now().Add(long)
	return nil
}

// killProducerInside lets the producer kill itself inside a chosen call.
func (r *round) killProducerInside() error {
	if !r.producer.free() {
		return nil
	}
	return r.doom(r.producer, r.rarest(ofProducer, insideOfProducer), "aiming")
}

// killConsumerInside lets a consumer kill itself inside a chosen call, if it is one that makes such calls.
func (r *round) killConsumerInside() error {
	at, a := r.rarest(ofConsumer, insideOfConsumer), r.anyone()
	for tries := 0; tries < 30 && !a.makes(at); tries++ {
		a = r.anyone()
	}
	if !a.free() {
		return nil
	}
	if at == phaseSeek {
		a.tell(orderSeek)
	}
	return r.doom(a, at, "aiming")
}

// makes reports whether a consumer ever comes to a phase.
func (a *actor) makes(at phase) bool {
	return (at == phaseLatest) == (a.part.Way == wayLatest) && (at != phaseAck || a.part.Manual)
}

// rarest is the phase in which the fewest were killed so far or, to leave something to chance, any.
func (r *round) rarest(who string, phases []phase) phase {
	least := phases[r.rand.IntN(len(phases))]
	for _, at := range phases {
		if r.rand.IntN(3) > 0 && r.report.Kills[who][at.String()] < r.report.Kills[who][least.String()] {
			least = at
		}
	}
	return least
}

// doom makes a worker kill itself in a phase. If it does not come to that it is killed anyway.
func (r *round) doom(a *actor, at phase, how string) error {
	if a.slot.open.Load() == 0 {
		return nil
	}
	a.slot.fate.Store(fateKill)
	a.slot.delay.Store(r.delay())
	a.slot.doom.Store(uint64(at))
	waitFor(50*time.Millisecond, a.proc.ended.Load)
	return r.kill(a, how)
}

// stopInside lets a worker stop itself inside a chosen call.
func (r *round) stopInside(a *actor) error {
	if !a.free() || a.slot.open.Load() == 0 {
		return nil
	}
	phases, what := insideOfConsumer, countStopsConsumer
	if a == r.producer {
		phases, what = insideOfProducer, countStopsProducer
	}
	at := phases[r.rand.IntN(len(phases))]
	if a.part.Way == wayLatest {
		at = phaseLatest
	}
	a.slot.fate.Store(fateStop)
	a.slot.delay.Store(r.delay())
	a.slot.doom.Store(uint64(at))
	if waitFor(10*time.Millisecond, func() bool { return a.slot.doom.Load() == 0 }) {
		r.report.totals[what]++
	}
	a.slot.doom.Store(0)
	long := time.Duration(5+r.rand.IntN(100)) * time.Millisecond
	a.stoppedUntil = time.Now().Add(long)
	r.history.add("stopped %v for %v, aiming at %v: %v", &a.part, long, at, a.phase())
	return nil
}

// delay is how long after the beginning of a call a worker kills itself, in nanoseconds: short ones are more frequent, because most calls
// are short.
func (r *round) delay() uint64 { return r.rand.Uint64N(10 << r.rand.IntN(16)) }

// killJoining starts a process in the place of one that is gone, or is killed now, which kills itself while it joins.
func (r *round) killJoining(a *actor) error {
	if a.proc != nil {
		if !a.free() {
			return nil
		}
		if err := r.kill(a, "to join again"); err != nil {
			return err
		}
	}
	a.doomed = phaseOpening
	a.slot.delay.Store(r.delay())
	if err := r.start(a); err != nil {
		return err
	}
	waitFor(200*time.Millisecond, func() bool { return a.proc.ended.Load() || a.slot.open.Load() == 1 })
	return r.kill(a, "joining")
}

// killLeaving tells a worker to leave, which kills itself while it does.
func (r *round) killLeaving(a *actor) error {
	if !a.free() || a.slot.open.Load() == 0 {
		return nil
	}
	a.tell(orderLeave)
	a.leaving = true
	r.history.add("told %v to leave and kill itself", &a.part)
	return r.doom(a, phaseClosing, "leaving")
}

// waitFor waits until a condition holds, and gives up after a while. It leaves the CPU to those it waits for.
func waitFor(most time.Duration, holds func() bool) bool {
	for end := time.Now().Add(most); !holds(); time.Sleep(50 * time.Microsecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}
