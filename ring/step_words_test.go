//go:build stepping

package ring

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"
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

// What a wait copies, and then does not believe, lies where the messages before it lay. Does the consumer still know where it is? (H11)
func TestStepLieInAWait(t *testing.T) {
	for i := range 60 * 12 {
		from, until := i/12+1, i/12+1+i%12+1
		h := newHeapRing(t, Options{Capacity: 1 << 14})
		p, c := h.producer(Spin), h.consumer(ConsumerOptions{Wait: Spin})
		for range 3 {
			check(t, p.Publish(0, []byte("12345678")))
		}
		for range 3 {
			_, err := c.TryNext()
			check(t, err)
		}
		s, _ := h.raw()
		head, before := c.head, c.delivered()
		steps(func() { c.NextWithin(t.Context(), time.Nanosecond) }, func(n int) {
			switch n {
			case from:
				copy(s.payload(head, 200), bytes.Repeat([]byte{1}, 200))
				s.storeSeq(head, 77)
				s.commit(head, commitWord(0, 200))
			case until:
				s.commit(head, 0) // taken back
			}
		})
		equal(t, fmt.Sprintf("from step %d until %d: the place", from, until), c.delivered(), before)
	}
}

// Is every message delivered or told of as lost, once, if a lying producer makes other records of those that a consumer is fetching? (H11)
func TestStepNumbersUnderALie(t *testing.T) {
	header := func(s *stream, at, n, seq uint64) {
		s.storeSeq(at, seq)
		s.commit(at, commitWord(0, n))
	}
	for name, lie := range map[string]struct{ first, then func(s *stream) }{
		"more": {
			func(s *stream) { header(s, 128, 100, 1) },
			func(s *stream) {
				for i := range uint64(4) {
					header(s, 128+32*i, 8, 1+i)
				}
			},
		},
		"fewer": {
			func(s *stream) { header(s, 128, 48, 1); header(s, 192, 48, 2) },
			func(s *stream) { header(s, 128, 100, 1) },
		},
	} {
		h := newHeapRing(t, Options{Capacity: 1 << 14})
		p := h.producer(Spin)
		check(t, errors.Join(p.Publish(0, make([]byte, 100)), p.Publish(0, make([]byte, 100))))
		s, _ := h.raw()
		for k := range 30 {
			c := h.consumer(ConsumerOptions{})
			lie.first(s)
			s.commit(256, 0)
			due := uint64(0)
			take := func() {
				var lapped *LappedError
				switch m, err := c.TryNext(); {
				case errors.As(err, &lapped):
					due += lapped.Lost
				case err == nil && m.Seq != due:
					t.Errorf("%s, step %d: message %d where %d was due", name, k, m.Seq, due)
				case err == nil:
					due++
				}
			}
			steps(take, at(k, func() { lie.then(s) }))
			for range 5 {
				take()
			}
			header(s, 256, 8, map[string]uint64{"more": 2, "fewer": 3}[name])
			take()
			h.close(c)
		}
	}
}
