//go:build stepping

package ring

import (
	"runtime"
	"strings"
	"testing"

	"github.com/mmring/mmring/mmapfile"
)

// Each call is broken off before each of its steps, as by a fault of somebody else's memory or of a page of the ring's, and its handle goes on.

// mappedMemory is where payloads may fault.
func mappedMemory(t *testing.T, size int64) []byte {
	file, err := mmapfile.Anonymous("payload", size)
	check(t, err)
	m, err := file.Map(size)
	check(t, err)
	t.Cleanup(func() { m.Unmap(); file.Close() })
	return m.Bytes()
}

// faultsAt breaks off before step k, and reports whether there was one. What a handle knows of the call in progress is its process's own and
// never faults.
func faultsAt(k int, act func()) (reached bool) {
	steps(act, func(n int) {
		if n < k || reached {
			return
		}
		var callers [8]uintptr
		frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers[:])])
		for f, more := frames.Next(); more; f, more = frames.Next() {
			if strings.Contains(f.Function, ".(*calls).") {
				return
			}
		}
		reached = true
		panic(dies{})
	})
	return reached
}

// Does a producer whose call was broken off go on as if it had been made whole, or not at all? What it had acknowledged is there, and nobody
// sees half of anything, or what they have read change under them.
func TestStepProducerGoesOnAfterAFault(t *testing.T) {
	for name, act := range producerActs {
		if name == "Close" {
			continue // nothing goes on
		}
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8, MaxConsumers: 4})
				s := &stepped{T: t, script: script{seed: 1, longest: 150}, p: h.producer(Spin)}
				s.at = mappedMemory(t, 1<<12)
				stays, idle := h.consumer(ConsumerOptions{Lossless: true}), h.consumer(ConsumerOptions{})
				r := &reader{script: s.script}
				for range 130 {
					s.publish()
					r.drain(t, stays)
				}
				reached := faultsAt(k, func() { act(s) })
				r.drain(t, stays)
				check(t, s.p.Abort())
				check(t, s.p.Flush())
				s.may(s.next, s.next+1)
				s.resume(k)
				for range 20 {
					r.drain(t, stays)
					s.publish()
				}
				r.drain(t, stays)
				equal(t, "read by the one that stayed", r.next, s.next)
				equal(t, "its laps", r.laps, 0)
				s.everyoneSeesTheEnd(h, idle)
				return reached
			})
		})
	}
}

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
