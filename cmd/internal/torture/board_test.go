package torture

import (
	"os/exec"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

func testBoard(t *testing.T) *board {
	t.Helper()
	b, file, err := newBoard(t.TempDir())
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { file.Close(); unmapBoard(b) })
	return b
}

// Is a message noticed that a killed producer wrote and never committed?
func TestBegun(t *testing.T) {
	b := testBoard(t)
	b.attempts[1].begin.Store(1)
	b.attempts[4].begin.Store(1 + 100) // two in between never began
	for _, c := range []struct {
		attempt, seq uint64
		ok           bool
	}{{1, 0, true}, {1, 99, true}, {1, 100, false}, {4, 100, true}, {4, 99, false}, {4, 1 << 40, true}, {2, 50, false}, {5, 200, false}} {
		if got := b.begun(c.attempt, c.seq) == nil; got != c.ok {
			t.Errorf("message %d of producer %d: %v, want %v", c.seq, c.attempt, got, c.ok)
		}
	}
}

func TestEnded(t *testing.T) {
	b := testBoard(t)
	b.attempts[1].end.Store(1 + 10)
	b.attempts[3].end.Store(1 + 20)
	b.attempts[3].more.Store(1)
	for n, want := range map[uint64]bool{9: false, 10: true, 11: false, 20: true, 21: true, 22: false} {
		if b.ended(n) != want {
			t.Errorf("ended(%d) = %v", n, !want)
		}
	}
}

// Does the watchdog bark at a worker without progress, and only if that worker has something to do?
func TestWatchdog(t *testing.T) {
	b := testBoard(t)
	a := &actor{part: part{Slot: 1}, slot: &b.slots[1], proc: &process{cmd: exec.Command("true")}}
	a.slot.open.Store(1)
	bark := func(committed uint64) bool {
		a.watch = watch{}
		now := time.Now()
		for range 2 * patience / longestLook {
			if a.watch.look(a, committed, now) != nil {
				return true
			}
			now = now.Add(longestLook)
		}
		return false
	}
	if bark(0) {
		t.Error("it barks at a consumer that has read everything")
	}
	if !bark(1) {
		t.Error("it does not bark at a consumer that reads nothing")
	}
	a.stoppedUntil = time.Now()
	if bark(1) {
		t.Error("it barks at a consumer that was stopped")
	}
}

// Does what is expected of the next process of a named consumer follow from what the last one was doing?
func TestLegacy(t *testing.T) {
	b := testBoard(t)
	a := &actor{part: part{Name: "n", Slot: 1, Ring: ringConfig{Capacity: 4096, Alignment: 64}}, slot: &b.slots[1]}
	s := a.slot
	set := func(at phase, open, placed, next, asked uint64) {
		s.phase.Store(uint64(at))
		s.open.Store(open)
		s.placed.Store(placed)
		s.next.Store(next)
		s.asked.Store(asked)
	}
	held := gate{holds: true, lifted: 3}
	set(phaseHandle, 1, 1, 8, 7)
	if r := a.legacy(true, held); r.Low != 0 || r.High != 7 || r.Was != 8 || !r.Gated || r.Lifted != 3 {
		t.Errorf("killed while handling message 7: %+v", r)
	}
	if r := a.legacy(false, gate{}); r.Low != 6 || r.High != 7 || r.Gated {
		t.Errorf("closed: %+v", r)
	}
	s.landed.Store(6)
	set(phaseHandle, 1, 1, 7, 6)
	r := a.legacy(true, held)
	for next, want := range map[uint64]bool{5: false, 6: false, 7: true} { // it asked for 2, and was placed at 6
		if loss := (&ring.LappedError{Lost: next - 2, Next: next}); r.breached(loss) != want {
			t.Errorf("placed at 6 when 2 was asked for, its successor is told %v: a breach: %v", loss, !want)
		}
	}
	if r = a.legacy(false, gate{}); r.breached(&ring.LappedError{Lost: 5, Next: 7}) {
		t.Error("a breach of a gate that was given up")
	}
	set(phaseSeek, 1, 1, 8, 7)
	if r := a.legacy(true, held); r != anywhere {
		t.Errorf("killed while seeking: %+v", r)
	}
	a.part.Resume = resumption{Known: true, Low: 2, High: 4, Gated: true}
	set(phaseSeek, 1, 0, 0, 0)
	if r := a.legacy(true, held); r != anywhere {
		t.Errorf("resumed, told nothing and killed while seeking: %+v", r)
	}
	set(phaseStarting, 0, 0, 0, 0)
	if r := a.legacy(true, held); r != a.part.Resume {
		t.Errorf("killed before it opened the ring: %+v", r)
	}
	a.part.Manual = true
	s.acked.Store(5)
	set(phaseAck, 1, 1, 9, 9)
	if r := a.legacy(true, held); r.Low != 5 || r.High != 9 {
		t.Errorf("killed inside Ack: %+v", r)
	}
}

// Is a place that the conductor could not know, because its processes were killed while they opened the ring, known once it was found?
func TestLegacyOfAPlaceThatWasFound(t *testing.T) {
	b := testBoard(t)
	a := &actor{part: part{Name: "n", Manual: true, Slot: 1, Ring: ringConfig{Capacity: 4096, Alignment: 64}, Resume: anywhere}, slot: &b.slots[1]}
	c := &consumer{worker: &worker{part: a.part, board: b, slot: a.slot}}
	c.ledger.resumes(anywhere)
	if err := c.lapped(&ring.LappedError{Lost: 2, Next: 9}); err != nil {
		t.Fatal(err)
	}
	a.slot.enter(phaseRead)
	if r := a.legacy(true, gate{}); r.Low != 7 || r.High != 9 {
		t.Errorf("resumed at 7 and told that 7 and 8 are lost, its successor is expected at %d to %d", r.Low, r.High)
	}
}
