package torture

import "math"

// anywhere is what a consumer may find that was killed while it moved.
var anywhere = resumption{Known: true, High: math.MaxUint64, Again: math.MaxUint64}

// gate is what the ring said about a named consumer's gate before it was killed.
type gate struct {
	holds  bool
	lifted uint64 // how many gates of all consumers were lifted until then
}

// legacy is what the next process of a named consumer must find, now that this one is dead.
func (a *actor) legacy(killed bool, g gate) resumption {
	s, before, at := a.slot, a.part.Resume, a.phase()
	killed = killed && at != phaseClosed
	switch {
	case a.part.Name == "":
		return resumption{}
	case at == phaseSeek: // even if it was told nothing before
		return anywhere
	case s.placed.Load() == 0:
		before.Gated = before.Gated && killed && at != phaseClosing && (at == phaseStarting || s.open.Load() == 1)
		return before.untouched(at)
	}
	r := resumption{Known: true, High: s.asked.Load(), Was: s.next.Load(), Again: a.part.Ring.again(), Lifted: g.lifted}
	if a.part.Manual {
		r.Low, r.Again = s.acked.Load(), math.MaxUint64
	} else if !killed {
		r.Low = max(r.High, 1) - 1 // Close on another goroutine may have missed the one delivered last
	}
	r.Gated, r.Held = killed && g.holds && at != phaseClosing, s.landed.Load()
	return r
}

// untouched is what is left to find after a process that was told nothing. It may have come as far as leaving its place, if there
// was none, or as finding a loss, which then counts as told.
func (r resumption) untouched(at phase) resumption {
	switch {
	case at == phaseStarting || r.Gated:
		return r
	case !r.Known:
		return anywhere
	}
	r.High = math.MaxUint64
	return r
}

// withUntold allows for a loss that the dead process had found and was never told of: Poll puts off what it finds behind messages,
// and a place that is gone is told by the call after Open or Seek. The ring counts such a loss as told.
func (r *round) withUntold(a *actor, n resumption) resumption {
	s, err := r.observer.Snapshot()
	if err != nil || !n.Known || n.High == math.MaxUint64 {
		return n
	}
	for _, c := range s.Consumers {
		if told := a.slot.lost.Load(); c.Name == a.part.Name && c.Lost > told {
			n.High += c.Lost - told
			r.report.totals[countUntold]++
		}
	}
	return n
}
