//go:build stepping

package ring

import (
	"errors"
	"testing"
)

// A producer has demoted an entry whose new owner came in between: it ignores it, and the entry says lossless as before. That owner is
// killed before it notices, and the next takes over a gate that was passed. Is its own good, from the moment it is told where it is?
func TestStepPassedGateIsPinnedAnew(t *testing.T) {
	everyStep(t, func(k int) bool {
		h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2, StallDeadline: 1})
		j := &joined{h: h, p: h.producer(Spin), s: script{seed: 4, longest: 100}}
		o := ConsumerOptions{Lossless: true, Name: "x"}
		j.c = h.consumer(o)
		j.produce(t)
		h.locks(j.p).after = func() {
			h.kill(j.c)
			j.c = h.consumer(o)
		}
		j.p.stall.blocked = 1
		j.p.lookAtStalled()
		passed := j.p.pos + 2*h.g.capacity
		for j.p.pos < passed {
			publishScript(t, j.p, j.s, j.end, j.end+1)
			j.end++
		}
		equal(t, "the entry's mode", stateMode(h.stateOf(j.c)), modeGating)
		if head := j.c.heads.headOf(j.c.entry); j.c.intact(head) {
			t.Fatalf("the gate at %d was not passed", head)
		}
		h.kill(j.c)
		j.p.deadline = 0 // or it would pass the next one's, too
		reached := false
		steps(func() { j.c = h.consumer(o) }, at(k, func() { reached = true; j.produce(t) }))
		j.readsOn(t, "the successor")
		return reached
	})
}

// A named consumer that was told of a loss keeps its old number until it acknowledges, below its gate. If it is killed, does its successor leave the gate
// where it is, though the messages can still be read? A producer may have looked already. (H3)
func TestStepTakeOverBelowItsGate(t *testing.T) {
	for seek := 1; seek < 12; seek++ {
		everyStep(t, func(k int) bool {
			h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2})
			p, s := h.producer(Spin), script{seed: 4, longest: 100}
			o := ConsumerOptions{Lossless: true, Name: "x"}
			c := h.consumer(o)
			end := fill(t, p, s, 0)
			for range 20 {
				_, err := c.TryNext()
				check(t, err)
			}
			check(t, c.Ack())
			reached := false
			steps(func() { p.TryPublish(0, make([]byte, 100)) }, func(n int) {
				switch n {
				case seek:
					check(t, c.Seek(FromSeq(0)))
					h.kill(c)
				case seek + k:
					reached, c = true, h.consumer(o)
				}
			})
			if !reached {
				return k < 4
			}
			for range end - 20 {
				if _, err := c.TryNext(); errors.Is(err, ErrDemoted) {
					t.Fatalf("seek at step %d, take-over at %d: %v", seek, seek+k, err)
				}
			}
			return true
		})
	}
}
