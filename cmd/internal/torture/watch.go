package torture

import (
	"fmt"
	"time"
)

const (
	// patience is how long a worker may be without progress that has a reason to get on. The machine may be busy with other things.
	patience = 20 * time.Second
	// longestLook bounds the time that counts between two looks: the conductor may have been stopped itself.
	longestLook = 100 * time.Millisecond
)

// watch is what the watchdog knows of a process.
type watch struct {
	progress uint64
	still    time.Duration // for how long there was none
	looked   time.Time
}

// look reports a process that hangs.
func (w *watch) look(a *actor, committed uint64, now time.Time) error {
	gap := min(now.Sub(w.looked), longestLook)
	progress := a.slot.progress.Load()
	if w.looked.IsZero() || progress != w.progress || !a.obliged(committed) {
		w.still, gap = 0, 0
	}
	w.progress, w.looked = progress, now
	if w.still += gap; w.still > patience/2 {
		a.proc.signal(signalContinue) // it may have been late to stop itself
	}
	if w.still > patience {
		return fmt.Errorf("%v hangs %v: no progress for %v, though it is neither stopped nor waiting for anybody", &a.part, a.phase(), patience)
	}
	return nil
}

// obliged reports whether a process has a reason to get on: it is not stopped, and has something to do.
func (a *actor) obliged(committed uint64) bool {
	if a.proc == nil || !a.stoppedUntil.IsZero() || !a.heldUntil.IsZero() {
		return false
	}
	return a.part.Attempt > 0 || a.slot.open.Load() == 0 || a.leaving || a.slot.next.Load() < committed
}
