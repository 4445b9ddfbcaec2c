package check

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
)

// clockSlack is by how much a time may lie in the future.
const clockSlack = time.Minute

// judgeCounters holds the producer's counters against each other. They were read while the ring moved on, so only what no moment
// can look like is wrong.
func (d *doctor) judgeCounters() {
	n, c, now := len(d.Findings), d.counters, d.stream.Reserved()
	if ahead(c.Reserved, c.Intent) {
		d.broken("counters", streamAnew, "reserved is %d, more than was announced, %d", c.Reserved, c.Intent)
	}
	switch {
	case ahead(c.Reserved, c.Last+d.stream.Capacity):
		d.broken("counters", streamAnew, "the newest record is said to be at %d, which may be overwritten: %d are reserved", c.Last, c.Reserved)
	case !ahead(now, c.Last):
		d.broken("counters", streamAnew, "the newest record is said to be at %d, beyond the %d that are reserved", c.Last, now)
	}
	if d.worst(n) == OK {
		d.ok("counters", "tail at %s, %s reserved", human.Count(c.Tail), human.Count(c.Reserved))
	}
}

// ahead reports whether position a comes after b.
func ahead(a, b uint64) bool { return int64(a-b) > 0 }

// judgeEnd holds them against where the records end. A living producer has gone on since they were read.
func (d *doctor) judgeEnd() {
	if !d.endKnown {
		return
	}
	c, end := d.counters, d.end.Position
	if reserved := d.stream.Reserved(); ahead(end+8, reserved) {
		d.broken("counters", streamAnew, "the records end at %d, beyond the %d that are reserved", end, reserved)
	}
	if d.alive {
		return
	}
	if c.Tail != end {
		d.note("counters", "", "tail says %d, the records end at %d: the producer died between two stores, and the next one mends it", c.Tail, end)
	}
	if c.Closed != 0 && c.Closed-1 != end {
		d.broken("counters", "start the producer once more and close it, or make the ring anew: mmring pub --replace",
			"the stream is said to end at %d, but its records end at %d: consumers will wait for ever", c.Closed-1, end)
	}
}

// producer looks at what it says about itself.
func (d *doctor) producer() {
	s := d.counters.Status
	switch {
	case d.alive && d.stopped(int(s.PID)):
		d.warn("producer", goOn(int(s.PID)), "process %d is stopped: nothing comes, and no other can take over", s.PID)
	case d.alive:
		d.ok("producer", "process %d, for %s; it is the ring's number %d", s.PID, human.Age(max(d.now.Sub(s.Started), 0)), s.Generation)
	case d.counters.Closed != 0:
		d.note("producer", "", "none: the last one ended the stream")
	default:
		d.note("producer", "start it again: it goes on after the last message", "none: the last one, process %d, died or left the stream open", s.PID)
	}
	if s.Started.After(d.now.Add(clockSlack)) {
		d.note("producer", "set the machine's clock", "it started in the future, at %v", s.Started)
	}
	if s.Demoted > 0 {
		d.note("producer", "make those consumers faster, the ring larger, or its stall deadline longer",
			"made %s lossy, for holding the producer up beyond the stall deadline", human.Counted(s.Demoted, "consumer"))
	}
	if s.Freed > 0 {
		d.note("producer", "", "lifted the gate of %s, dead while the ring was full of unread messages", human.Counted(s.Freed, "consumer"))
	}
	if s.Blocked > 0 {
		d.note("producer", "", "it has waited %s for lossless consumers in all", human.Duration(s.Blocked))
	}
}

// restart looks whether the ring outlived a restart of the machine.
func (d *doctor) restart() {
	then := hex.EncodeToString(d.counters.Status.BootID[:])
	now := strings.ReplaceAll(d.hostFile("proc/sys/kernel/random/boot_id"), "-", "")
	switch {
	case now == "" || then == now || strings.Trim(then, "0") == "":
	case d.counters.Closed == 0:
		d.broken("restart", streamAnew,
			"the machine has restarted since the ring was written, and it was not closed: its bytes prove nothing, and it is refused")
	default:
		d.note("restart", "", "the machine has restarted since; the ring was closed before, so it is whole")
	}
}
