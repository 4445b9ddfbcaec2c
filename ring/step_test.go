//go:build stepping

package ring

import (
	"fmt"
	"testing"
)

// Tests of the real code, one access to shared memory at a time: go test -tags stepping ./ring. A call is repeated on a new ring
// for each of its steps; before that step its process dies, or somebody else acts. One switch in each call at every place it
// can be: internal/model has more of them, of a smaller ring.

// steps runs act and calls before, with numbers from 1, before each of act's steps. What before does is no step. If before
// panics with dies, act ends there as by kill -9: steps reports false.
func steps(act func(), before func(n int)) (whole bool) {
	n := 0
	var on func()
	on = func() {
		onStep = nil
		n++
		before(n)
		onStep = on
	}
	onStep = on
	defer func() {
		onStep = nil
		if r := recover(); r != nil && r != (dies{}) {
			panic(r)
		}
	}()
	act()
	return true
}

type dies struct{}

// diesAt is a process that dies before step k.
func diesAt(k int) func(n int) {
	return func(n int) {
		if n == k {
			panic(dies{})
		}
	}
}

// at lets other act before step k.
func at(k int, other func()) func(n int) {
	return func(n int) {
		if n == k {
			other()
		}
	}
}

// everyStep calls try with k from 1 until it reports that there is no step k.
func everyStep(t *testing.T, try func(k int) (more bool)) {
	t.Helper()
	k := 1
	for try(k) && !t.Failed() {
		k++
	}
	if t.Logf("%d steps", k-1); k < 4 {
		t.Error("too few steps: is this built with -tags stepping?")
	}
}

// stepped is a stream whose producer is watched: what is certain to exist, and what may.
type stepped struct {
	*testing.T
	script
	p    *Producer
	next uint64   // of the next message
	ends []uint64 // what the next message's number may be after a restart
	at   []byte   // where payloads lie; nil: anywhere
}

func (s *stepped) may(ends ...uint64) { s.ends = ends }

func (s *stepped) payload() ([]byte, uint32) {
	payload, tag := s.message(nil, s.next)
	if s.at != nil {
		payload = s.at[:copy(s.at, payload)]
	}
	return payload, tag
}

func (s *stepped) publish() {
	s.may(s.next, s.next+1)
	payload, tag := s.payload()
	check(s, s.p.Publish(tag, payload))
	s.next++
	s.may(s.next)
}

// appendSome appends n messages that are no more visible than those before them.
func (s *stepped) appendSome(n int) {
	for range n {
		payload, tag := s.payload()
		check(s, s.p.Append(tag, payload))
		s.next++
	}
}

// forge claims all there is and fills it with what looks like records.
func (s *stepped) forge() {
	b, err := s.p.Claim(s.p.MaxMessage())
	check(s, err)
	for i := 0; i+16 <= len(b); i += 16 {
		*word64(b[i:], 0), *word64(b[i:], 8) = commitWord(9, 0), s.next+uint64(i/16)
	}
}

// producerActs is what a producer is killed in.
var producerActs = map[string]func(s *stepped){
	"Publish": func(s *stepped) {
		for range 15 { // some segments, and less than a ring
			s.publish()
		}
	},
	"Append, Flush": func(s *stepped) {
		from := s.next
		s.appendSome(5)
		s.may(from, s.next)
		check(s, s.p.Flush())
		s.may(s.next)
		s.publish()
	},
	"Append, Publish": func(s *stepped) {
		from := s.next
		s.appendSome(3)
		payload, tag := s.payload()
		s.may(from, s.next+1)
		check(s, s.p.Publish(tag, payload))
		s.next++
		s.may(s.next)
	},
	"Claim, Abort, Publish": func(s *stepped) {
		s.forge()
		check(s, s.p.Abort())
		s.publish()
		s.publish()
	},
	"Claim, Commit": func(s *stepped) {
		s.forge()
		payload, tag := s.payload()
		check(s, s.p.Abort())
		b, err := s.p.Claim(s.p.MaxMessage())
		check(s, err)
		copy(b, payload)
		s.may(s.next, s.next+1)
		check(s, s.p.Commit(tag, len(payload)))
		s.next++
		s.may(s.next)
		s.publish()
	},
	"Close": func(s *stepped) {
		from := s.next
		s.appendSome(2)
		s.may(from, s.next)
		check(s, s.p.Close())
		s.may(s.next)
	},
}

// What does a producer that dies before any one of its steps leave behind? What it had published, of the call in progress all or
// nothing, and everybody goes on: a consumer that stays, one that was lapped, one that comes. (H2, H4, H5, H12, H13, H15)
func TestStepProducerDies(t *testing.T) {
	for name, act := range producerActs {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8, MaxConsumers: 4})
				s := &stepped{T: t, script: script{seed: 1, longest: 150}, p: h.producer(Spin)}
				stays, idle := h.consumer(ConsumerOptions{Lossless: true}), h.consumer(ConsumerOptions{})
				r := &reader{script: s.script}
				for range 130 { // to and fro between the two, beyond the ring's end
					s.publish()
					r.drain(t, stays)
				}
				whole := steps(func() { act(s) }, diesAt(k))
				h.kill(s.p)
				s.p = h.producer(Spin)
				s.resume(k)
				for range 20 {
					r.drain(t, stays)
					s.publish()
				}
				r.drain(t, stays)
				equal(t, "read by the one that stayed", r.next, s.next)
				equal(t, "its laps", r.laps, 0)
				s.everyoneSeesTheEnd(h, idle)
				return !whole
			})
		})
	}
}

// resume holds where the next producer goes on against what was promised.
func (s *stepped) resume(k int) {
	s.Helper()
	next := s.p.Stats().NextSeq
	for _, end := range s.ends {
		if end == next {
			s.next = next
			return
		}
	}
	s.Fatalf("killed before step %d: the next producer goes on at %d, want one of %d", k, next, s.ends)
}

func (s *stepped) everyoneSeesTheEnd(h *heapRing, idle *Consumer) {
	s.Helper()
	m, err := idle.Latest()
	check(s, err)
	equal(s, "latest", m.Seq, s.next-1)
	r := &reader{script: s.script}
	r.drain(s, idle)
	equal(s, "read and lost by the one that was idle", r.next, s.next)
	for _, from := range []Start{Oldest(), Last(30), FromSeq(s.next - 3)} {
		c := h.consumer(ConsumerOptions{From: from, Lossless: true})
		r := &reader{script: s.script, next: c.Stats().NextSeq}
		r.drain(s, c)
		equal(s, "read by one that came", r.next, s.next)
		h.close(c)
	}
}

// Does a producer that dies while it starts spoil anything for the next one?
func TestStepStartDies(t *testing.T) {
	everyStep(t, func(k int) bool {
		h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8, MaxConsumers: 4})
		s := &stepped{T: t, script: script{seed: 2, longest: 150}, p: h.producer(Spin)}
		idle := h.consumer(ConsumerOptions{})
		for range 130 {
			s.publish()
		}
		s.appendSome(3)
		s.p.spill()
		s.p.commit(s.p.batch.first, s.p.batch.held) // killed in a flush, before last and the anchors
		h.kill(s.p)
		whole := steps(func() { s.p = h.producer(Spin) }, diesAt(k))
		h.killAll()
		s.p = h.producer(Spin)
		equal(t, "next seq", s.p.Stats().NextSeq, s.next)
		for range 20 {
			s.publish()
		}
		s.everyoneSeesTheEnd(h, idle)
		return !whole
	})
}

// consumerActs is what a named lossless consumer is killed in. It has a place, and much to read.
var consumerActs = map[string]func(s *steppedConsumer){
	"open, read, Ack": func(s *steppedConsumer) {
		s.read(7)
		s.ack()
		s.read(5)
		s.ack()
	},
	"open, read, Close": func(s *steppedConsumer) {
		s.read(9)
		s.asked = s.next
		check(s, s.c.Ack())
		check(s, s.c.Close())
	},
}

// steppedConsumer is a consumer whose acknowledgements are watched.
type steppedConsumer struct {
	*testing.T
	reader
	c            *Consumer
	acked, asked uint64 // it certainly acknowledged what is below, and nothing above
}

func (s *steppedConsumer) read(n int) {
	for range n {
		m, err := s.c.TryNext()
		check(s, s.take(s, m, err))
	}
}

func (s *steppedConsumer) ack() {
	s.asked = s.next
	check(s, s.c.Ack())
	s.acked = s.next
}

// What does a lossless consumer with a name that dies before any one of its steps leave behind? Its place: nothing that it
// acknowledged comes again, nothing else is skipped, and a producer that waits for it is let go on. (H3, H17, H18, H20)
func TestStepConsumerDies(t *testing.T) {
	for name, act := range consumerActs {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, "/late=", late), func(t *testing.T) {
				everyStep(t, func(k int) bool {
					h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2})
					p := h.producer(Spin)
					s := &steppedConsumer{T: t, reader: reader{script: script{seed: 3, longest: 100}}}
					publishScript(t, p, s.script, 0, 10)
					s.c = h.consumer(ConsumerOptions{Lossless: true, Name: "x", ManualAck: true})
					s.read(3)
					s.ack()
					end := fill(t, p, s.script, 10)
					h.kill(s.c)
					whole := steps(func() {
						s.c = h.consumer(ConsumerOptions{Lossless: true, Name: "x", ManualAck: true})
						act(s)
					}, diesAt(k))
					h.killOthers(p)
					if late { // the ring goes round before the next of that name comes
						publishScript(t, p, s.script, end, end+200)
						end += 200
					}
					next := h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
					r := &reader{script: s.script, next: s.nextOf(next)}
					if r.next < s.acked || r.next > s.asked {
						t.Fatalf("killed before step %d: resumed at %d, acknowledged were %d to %d", k, r.next, s.acked, s.asked)
					}
					r.drain(t, next)
					equal(t, "read and told of as lost", r.next, end)
					if !late && r.laps > 0 {
						t.Fatalf("killed before step %d: %d lost that nobody had overwritten", k, r.lost)
					}
					return !whole
				})
			})
		}
	}
}

// nextOf is the message a consumer starts at, what it is to be told of as lost included.
func (s *steppedConsumer) nextOf(c *Consumer) uint64 { return c.Stats().NextSeq - c.Stats().Lost }

// killAll kills whoever has the ring.
func (h *heapRing) killAll() { h.killOthers(nil) }

// killOthers kills whoever has the ring but one producer.
func (h *heapRing) killOthers(p *Producer) {
	h.held.Range(func(f, locks any) bool {
		if p == nil || f != p.files {
			for _, l := range locks.([2]*lockHandle) {
				l.drop()
			}
		}
		return true
	})
}
