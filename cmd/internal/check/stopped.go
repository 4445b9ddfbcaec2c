package check

import (
	"fmt"
	"strings"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
)

// stopped reports whether a process stands still: by SIGSTOP, by Ctrl-Z, or in a debugger. One that cannot be seen from here does not.
func (d *doctor) stopped(pid int) bool {
	stat := d.hostFile(fmt.Sprintf("proc/%d/stat", pid))
	state := stat[strings.LastIndexByte(stat, ')')+1:] // the name before it may have anything in it
	return strings.HasPrefix(state, " T ") || strings.HasPrefix(state, " t ")
}

// goOn is what to do about a process that is stopped.
func goOn(pid int) string { return fmt.Sprintf("let it go on (kill -CONT %d), or end it", pid) }

// stoppedConsumer tells of a living consumer whose process is stopped, and reports whether it is.
func (t *table) stoppedConsumer(e *raw.Entry) bool {
	pid := int(e.PID)
	if !e.Alive || !t.stopped(pid) {
		return false
	}
	if !e.Mode.Gates() {
		t.note("consumers", goOn(pid), "%s is stopped; it loses what is overwritten meanwhile", called(e))
		return true
	}
	t.gating++
	t.warn("consumers", goOn(pid)+"; "+t.otherwise(),
		"%s is stopped, and fills %s of the ring with what it has not read: at 100%% the producer waits for it", called(e), percent(t.lag(e.Head)))
	return true
}

// otherwise is what becomes of a consumer that holds the producer up and is left alone.
func (d *doctor) otherwise() string {
	if deadline := d.stream.Identity.Deadline; deadline > 0 {
		return fmt.Sprintf("once it has held the producer up for %v, it is made lossy", deadline)
	}
	return "the producer waits for ever, because the ring has no stall deadline (--stall-deadline)"
}

// stoppedMembers tells of members of a group that are stopped and keep messages from the others.
func (d *doctor) stoppedMembers(g *lookout.Group) {
	for _, m := range g.State.Members {
		if m.Alive && m.Unfinished > 0 && d.stopped(m.PID) {
			d.warn("group", goOn(m.PID)+": then others get them", "%s: its member in slot %d (process %d) is stopped, and keeps what it has: %d unfinished",
				g.Name, m.Slot, m.PID, m.Unfinished)
		}
	}
}
