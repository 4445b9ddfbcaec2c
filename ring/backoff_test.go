//go:build linux

package ring

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pinned runs fn on a thread of its own, and that on one CPU, the same for all that are pinned.
func pinned(t *testing.T, fn func()) (done chan struct{}) {
	t.Helper()
	var may, one unix.CPUSet
	check(t, unix.SchedGetaffinity(0, &may))
	cpu := 0
	for !may.IsSet(cpu) {
		cpu++
	}
	one.Set(cpu)
	done = make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with this function
		if err := unix.SchedSetaffinity(0, &one); err != nil {
			t.Error(err)
			return
		}
		fn()
	}()
	return done
}

// Does a wait notice that somebody takes the CPU it offers and gives it back, and that nobody does any more? One that keeps it does not count.
func TestPinnedOfferNoticesTheCrowd(t *testing.T) {
	var stop, kind atomic.Bool
	busy := pinned(t, func() {
		for !stop.Load() {
			if kind.Load() {
				for end := clock() + 20*taken; clock() < end; {
				}
				yieldCPU()
			}
		}
	})
	<-pinned(t, func() {
		var b backoff
		until(t, "offered to one that keeps it", func() bool {
			before := clock()
			b.offer()
			if clock()-before < 2*kept {
				return false
			}
			if b.crowded {
				t.Error("crowded by one that keeps the CPU")
			}
			return true
		})
		kind.Store(true)
		until(t, "crowded", func() bool { b.offer(); return b.crowded })
		stop.Store(true)
		until(t, "alone", func() bool { b.offer(); return !b.crowded })
	})
	<-busy
}

// Is the CPU offered at once where the last offer was taken, and not before its time elsewhere? Whether it was offered shows in what
// the wait knows afterwards.
func TestPinnedOfferInACrowd(t *testing.T) {
	first := func(b *backoff) {
		for b.reset(); b.polls <= spinHot; {
			b.spin(Adaptive)
		}
	}
	until(t, "offered at once", func() bool {
		b := backoff{crowded: true}
		first(&b)
		return !b.crowded
	})
	var b backoff
	<-pinned(t, func() {
		var stop atomic.Bool
		busy := pinned(t, func() {
			for !stop.Load() {
			}
		})
		for range 100 {
			first(&b)
			if b.crowded {
				t.Error("crowded although nothing was offered")
			}
		}
		stop.Store(true)
		<-busy
	})
	b.crowded = true
	b.reset()
	equal(t, "crowded in the next wait too", b.crowded, true)
}

// Does every wait know what the one before it learned, and a hold-off too?
func TestPinnedWaitsRememberTheCrowd(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{Lossless: true})
	s, err := NewSelector(Adaptive, c)
	check(t, err)
	short := func() context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Microsecond)
		t.Cleanup(cancel)
		return ctx
	}
	for name, wait := range map[string]struct {
		backoff *backoff
		once    func()
	}{
		"Next":   {&c.backoff, func() { c.Next(short()) }},
		"Select": {&s.backoff, func() { s.Select(short()) }},
		"a hold-off": {&c.backoff, func() {
			c.pace.caughtUp, c.pace.until = true, clock()+streamPause
			c.TryNext()
		}},
		"the producer": {&p.stall.backoff, func() {
			for p.PublishContext(short(), 0, make([]byte, 1000)) == nil {
			}
		}},
	} {
		until(t, "offered at once by "+name, func() bool {
			wait.backoff.crowded = true
			wait.once()
			return !wait.backoff.crowded
		})
	}
}

// until repeats what depends on the machine until it has come about once.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(end) {
			t.Errorf("never %s", what)
			return
		}
	}
}
