//go:build stepping

package ring

import (
	"bytes"
	"errors"
	"testing"
)

// always runs act and holds the shared words against a rule before each of its steps, and after the last.
func always(t *testing.T, act func(), rule func(n int)) {
	t.Helper()
	taken := 0
	steps(act, func(n int) { taken = n; rule(n) })
	if rule(taken + 1); taken < 4 {
		t.Error("too few steps: is this built with -tags stepping?")
	}
}

// Does last, or an anchor, at any moment name anything but a message that was committed? (H13, H14)
func TestStepNamesCommitted(t *testing.T) {
	for name, act := range producerActs {
		t.Run(name, func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8})
			s := &stepped{T: t, script: script{seed: 5, longest: 150}, p: h.producer(Spin)}
			for range 130 {
				s.publish()
			}
			look, _ := h.raw()
			always(t, func() { act(s) }, func(n int) {
				names := []uint64{look.last()}
				for i := range uint64(segments) {
					names = append(names, look.anchor(i))
				}
				for i, at := range names {
					if r, err := look.recordAt(at); err == errLapped && i > 0 {
						continue
					} else if err != nil || r.word == 0 {
						t.Fatalf("before step %d: %d is named (%d), where there is %+v, %v", n, at, i, r, err)
					}
				}
			})
		})
	}
}

// Does a gate at any moment hold what a successor would ask for: the first message that was not acknowledged? (H18)
func TestStepNumberBeforeHead(t *testing.T) {
	j := newJoined(t)
	look, heads := j.h.raw()
	always(t, func() {
		for range 4 {
			for range 3 {
				_, err := j.c.TryNext()
				check(t, err)
			}
			check(t, j.c.Ack())
		}
	}, func(n int) {
		at, err := look.find(heads.nextSeqOf(j.c.entry), 0)
		check(t, err)
		if head := heads.headOf(j.c.entry); head > at.pos {
			t.Fatalf("before step %d: the gate is at %d, and the first message not acknowledged at %d", n, head, at.pos)
		}
	})
}

// Does an entry at any moment gate with a head that is not its owner's? (H21)
func TestStepPinBeforeState(t *testing.T) {
	for _, from := range []Start{Oldest(), Latest(), Last(5)} {
		j := newJoined(t)
		j.h.close(j.c)
		entry := j.c.entry
		_, heads := j.h.raw()
		const someoneElses = 1 << 40
		heads.setHead(entry, someoneElses)
		always(t, func() { j.c = j.h.consumer(ConsumerOptions{Lossless: true, Name: "x", From: from}) }, func(n int) {
			if stateMode(heads.state(entry)).gates() && heads.headOf(entry) == someoneElses {
				t.Fatalf("before step %d: the entry gates with its last owner's head", n)
			}
		})
		equal(t, "entry", j.c.entry, entry)
	}
}

// Does anybody but the owner of an entry's lock at any moment change its state? (H20)
func TestStepOwners(t *testing.T) {
	for _, o := range []ConsumerOptions{{}, {Lossless: true}, {Name: "x"}, {Name: "x", Lossless: true}, {Name: "y"}} {
		j := newJoined(t)
		j.h.kill(j.c) // its name and its mode stay
		_, heads := j.h.raw()
		probe := j.h.files().headsLocks
		was := []uint64{heads.state(0), heads.state(1)}
		always(t, func() { j.c = j.h.consumer(o) }, func(n int) {
			for i, was := range was {
				if held, err := probe.Locked(int64(i)); err != nil || heads.state(i) != was && !held {
					t.Fatalf("%+v, before step %d: entry %d was changed by somebody without its lock (%v)", o, n, i, err)
				}
			}
		})
	}
}

// Does every call come to an end, and deliver nothing but what was in the ring, if a lying producer changes the length of a message again and
// again, between any two looks at it? (H11)
func TestStepLengthThatChanges(t *testing.T) {
	payload := bytes.Repeat([]byte{1}, 100)
	at := uint64(112 + headerSize) // of the second message
	for i := range 30 * 30 * 4 {
		every, from, width, liar := i/120+1, i/4%30, i/2%2, i%2
		h := newHeapRing(t, Options{Capacity: 4096})
		p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
		check(t, errors.Join(p.Publish(0, payload), p.Publish(0, payload)))
		s, _ := h.raw()
		steps(func() {
			for range 2 {
				if m, err := c.TryNext(); err == nil && !bytes.Equal(m.Payload, payload[:len(m.Payload)]) {
					t.Errorf("case %d: delivered %v", i, m.Payload)
				}
			}
		}, func(n int) {
			w := commitWord(0, 100)
			if (n+from)%every <= width*every/2 { // at one step of so many, or at half of them
				w = commitWord(0, 8)
			}
			if s.commit(at*uint64(liar), w); n > 1000 {
				t.Fatalf("case %d: a call does not end", i)
			}
		})
	}
}
