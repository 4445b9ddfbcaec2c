//go:build stepping

package ring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
)

// goes is a lossless consumer's way into the ring, or to another place in it.
var goes = map[string]func(h *heapRing, c *Consumer) (*Consumer, error){
	"open oldest": opens(ConsumerOptions{Lossless: true}),
	"open latest": opens(ConsumerOptions{Lossless: true, From: Latest()}),
	"open last":   opens(ConsumerOptions{Lossless: true, From: Last(20)}),
	"open seq":    opens(ConsumerOptions{Lossless: true, From: FromSeq(170)}),
	"take over": func(h *heapRing, c *Consumer) (*Consumer, error) {
		h.kill(c)
		return h.tryConsumer(ConsumerOptions{Lossless: true, Name: "x"})
	},
	"seek oldest": seeks(Oldest()),
	"seek latest": seeks(Latest()),
	"seek last":   seeks(Last(20)),
	"seek seq":    seeks(FromSeq(170)),
	"seek beyond": func(_ *heapRing, c *Consumer) (*Consumer, error) {
		if err := c.Seek(FromSeq(1 << 20)); !errors.Is(err, ErrNotYet) {
			return c, fmt.Errorf("a seek beyond the end: %w", err)
		}
		return c, nil
	},
}

func opens(o ConsumerOptions) func(*heapRing, *Consumer) (*Consumer, error) {
	return func(h *heapRing, c *Consumer) (*Consumer, error) {
		h.close(c)
		return h.tryConsumer(o)
	}
}

func seeks(to Start) func(*heapRing, *Consumer) (*Consumer, error) {
	return func(_ *heapRing, c *Consumer) (*Consumer, error) { return c, c.Seek(to) }
}

// A joined ring is one with a lossless consumer that is to go somewhere.
type joined struct {
	h   *heapRing
	p   *Producer
	c   *Consumer
	s   script
	end uint64 // number of the next message
}

func newJoined(t *testing.T) *joined {
	j := &joined{h: newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2}), s: script{seed: 4, longest: 100}}
	j.p = j.h.producer(Spin)
	publishScript(t, j.p, j.s, 0, 200)
	j.end = 200
	j.c = j.h.consumer(ConsumerOptions{Lossless: true, Name: "x", From: Last(25)})
	for range 5 {
		_, err := j.c.TryNext()
		check(t, err)
	}
	return j
}

// produce publishes as much as it is let, at most some laps.
func (j *joined) produce(t *testing.T) { j.end = fill(t, j.p, j.s, j.end) }

// readsOn reads to the end, with the producer going on meanwhile. A loss may be told at once, of what was asked for and gone when the
// consumer found its place; from then on the gate holds.
func (j *joined) readsOn(t *testing.T, when string) {
	t.Helper()
	lost := j.c.Stats().Lost
	r := &reader{script: j.s, next: j.c.Stats().NextSeq - lost}
	for i := 0; ; i++ {
		if i%8 == 0 && j.end < 600 {
			j.produce(t)
		}
		m, err := j.c.TryNext()
		if err == ErrEmpty {
			break
		}
		if err != nil && i > 0 || errors.Is(err, ErrDemoted) {
			t.Fatalf("%s: %v, after %d calls", when, err, i)
		}
		check(t, r.take(t, m, err))
	}
	equal(t, when+": read and told of as lost", r.next, j.end)
	equal(t, when+": lost behind its gate", j.c.Stats().Lost-lost, 0)
}

// A lossless consumer comes, or moves, and before any one of its steps the producer takes all it may: is the consumer's gate good from the
// moment it is told where it is? (H3, H17, H21, H27, H28)
func TestStepGoing(t *testing.T) {
	for name, goes := range goes {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				j := newJoined(t)
				reached := false
				var err error
				lost := j.c.Stats().Lost
				steps(func() { j.c, err = goes(j.h, j.c) }, at(k, func() { reached = true; j.produce(t) }))
				check(t, err)
				if j.c.count.lost -= min(lost, j.c.count.lost); name == "take over" && j.c.count.lost > 0 && j.p.Stats().Freed == 0 {
					t.Fatalf("step %d: %d lost behind a gate that never lapsed", k, j.c.count.lost)
				}
				j.readsOn(t, fmt.Sprint("producer at step ", k))
				return reached
			})
		})
	}
}

// The same with a producer that publishes a message before each step, faster than any walk: does the consumer get in at all? (H10, H27)
func TestStepGoingIsNotOutrun(t *testing.T) {
	for name, goes := range goes {
		t.Run(name, func(t *testing.T) {
			for ahead := range uint64(12) { // so that the segments end at each of the first steps once
				j := newJoined(t)
				publishScript(t, j.p, j.s, j.end, j.end+ahead)
				j.end += ahead
				j.goesBeside(t, goes)
			}
		})
	}
}

// goesBeside has the consumer go where it wants with a message published before each of its steps, as long as the gate lets it.
func (j *joined) goesBeside(t *testing.T, goes func(*heapRing, *Consumer) (*Consumer, error)) {
	t.Helper()
	lost := j.c.Stats().Lost
	var err error
	steps(func() { j.c, err = goes(j.h, j.c) }, func(n int) {
		if n > 20000 {
			t.Fatal("it does not get in")
		}
		payload, tag := j.s.message(nil, j.end)
		if err := j.p.TryPublish(tag, payload); err == nil {
			j.end++
		}
	})
	check(t, err)
	j.c.count.lost -= min(lost, j.c.count.lost)
	j.readsOn(t, "beside a fast producer")
}

// The producer publishes, and before any one of its steps a lossless consumer comes whole: does it get in the way, or is it too late? Either
// is right. Half of each is not. (H1, H21, the scan's half of E2)
func TestStepScanned(t *testing.T) {
	for _, from := range []Start{Oldest(), Latest()} {
		t.Run(fmt.Sprint("from=", from), func(t *testing.T) {
			everyStep(t, func(k int) bool {
				j := newJoined(t)
				j.h.close(j.c)
				reached := false
				steps(func() { j.produce(t) }, at(k, func() {
					reached = true
					j.c = j.h.consumer(ConsumerOptions{Lossless: true, From: from})
				}))
				if !reached {
					return false
				}
				j.readsOn(t, fmt.Sprint("joined at step ", k))
				return true
			})
		})
	}
}

// Two consumers of one name come at once, where none was before: the second before any one of the first one's steps. Is it one that gets in,
// and the other told why not? (H26)
func TestStepNamesakes(t *testing.T) {
	for _, lossless := range []bool{false, true} {
		everyStep(t, func(k int) bool {
			h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 4})
			publishScript(t, h.producer(Spin), script{longest: 100}, 0, 10)
			o := ConsumerOptions{Name: "x", Lossless: lossless}
			reached := false
			var first, second error
			steps(func() { _, first = h.tryConsumer(o) }, at(k, func() { reached = true; _, second = h.tryConsumer(o) }))
			if check(t, first); reached {
				want(t, second, ErrNameInUse, `"x"`)
			}
			return reached
		})
	}
}

// The producer looks at an entry whose owner is dead, or late, and before any one of its steps a successor takes the entry: is that one
// left alone? (H19, H20, H21)
func TestStepSucceeded(t *testing.T) {
	everyStep(t, func(k int) bool {
		j := newJoined(t)
		j.produce(t)
		j.h.kill(j.c)
		reached := false
		steps(func() { j.p.stall.lastLook = j.p.stall.lastLook.Add(-patience); j.produce(t) }, at(k, func() {
			reached = true
			j.c = j.h.consumer(ConsumerOptions{Lossless: true, From: Latest()})
			if k%2 == 0 {
				j.h.kill(j.c)
				j.c = j.h.consumer(ConsumerOptions{Lossless: true, From: Latest()})
			}
		}))
		if reached {
			j.readsOn(t, fmt.Sprint("entered at step ", k))
		}
		return reached
	})
}

// A consumer reads, lossy, and before any one of its steps the producer laps it: is everything whole, in order, and every loss exact?
// (H8, H10, H11, H16)
func TestStepLapped(t *testing.T) {
	for name, read := range map[string]func(c *Consumer, r *reader, t *testing.T){
		"TryNext": func(c *Consumer, r *reader, t *testing.T) {
			for range 3 {
				m, err := c.TryNext()
				if err = r.take(t, m, err); err != nil && err != ErrEmpty {
					t.Fatal(err)
				}
			}
		},
		"Latest": func(c *Consumer, r *reader, t *testing.T) {
			m, err := c.Latest()
			check(t, err)
			(&reader{script: r.script, next: m.Seq}).verify(t, m)
		},
		"Lag": func(c *Consumer, r *reader, t *testing.T) { _, err := c.Lag(); check(t, err) },
		"Seek": func(c *Consumer, r *reader, t *testing.T) {
			check(t, c.Seek(Last(15)))
			r.next = c.Stats().NextSeq - r.lost
		},
	} {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				j := newJoined(t)
				j.h.close(j.c)
				c := j.h.consumer(ConsumerOptions{From: FromSeq(180)})
				r := &reader{script: j.s, next: 180}
				reached := false
				steps(func() { read(c, r, t) }, at(k, func() { reached = true; j.produce(t) }))
				if name == "Seek" { // what it was told there counts from where it asked
					r.next, r.lost = c.Stats().NextSeq-c.Stats().Lost, 0
				}
				r.drain(t, c)
				equal(t, fmt.Sprintf("step %d: read and lost", k), r.next, j.end)
				return reached
			})
		})
	}
}

// napping runs act and calls asleep for each sleep that begins: with the word it is on, and the value on which it goes on.
func napping(act func(), asleep func(addr *uint32, value uint32)) {
	onSleep = func(addr *uint32, value uint32) {
		if atomic.LoadUint32(addr) == value {
			asleep(addr, value)
		}
	}
	defer func() { onSleep = nil }()
	act()
}

// events are what ends a consumer's sleep.
var events = map[string]func(p *Producer){
	"publish":        func(p *Producer) { p.Publish(0, nil) },
	"flush":          func(p *Producer) { p.Append(0, nil); p.Append(0, nil); p.Flush() },
	"lap with zeros": lapWithZeros,
	"close":          func(p *Producer) { p.finish() },
}

// A consumer goes to sleep, and before any one of its steps the producer does something: does it sleep beside that? (H29, H30, H31, H33)
func TestStepParking(t *testing.T) {
	for name, does := range events {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096})
				p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{})
				reached := false
				napping(func() {
					steps(func() { check(t, c.park(context.Background(), forever)) }, at(k, func() { reached = true; does(p) }))
				}, func(*uint32, uint32) {
					if reached {
						t.Errorf("the producer acts before step %d, and the consumer sleeps", k)
					}
				})
				return reached
			})
		})
	}
}

// The producer does something, and before any one of its steps a consumer reads what is there and goes to sleep: does the rest of
// what it does, or at the latest the next message, wake it? (H29)
func TestStepWaking(t *testing.T) {
	for name, does := range events {
		wakes := func(t *testing.T, others bool) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096})
				p, c, other := h.producer(Adaptive), h.consumer(ConsumerOptions{}), h.consumer(ConsumerOptions{})
				for range 2 { // on to where nothing stands in the way of the next
					check(t, p.Publish(0, nil))
				}
				texts2OrEnd(t, c)
				if others { // sleep already
					other.heads.setWaiting()
				}
				reached := false
				woken := func() bool { return true }
				steps(func() { does(p) }, at(k, func() {
					reached = true
					texts2OrEnd(t, c)
					napping(func() { check(t, c.park(context.Background(), forever)) }, func(addr *uint32, value uint32) {
						woken = func() bool { return addr == p.wakes() && *addr != value }
					})
				}))
				if !woken() && c.loadCommit(c.head) == 0 && c.closed() != c.head+1 { // it sleeps on rightly, until the next message
					check(t, p.Publish(0, nil))
				}
				if !woken() {
					t.Fatalf("asleep since step %d, and not woken", k)
				}
				return reached
			})
		}
		t.Run(name, func(t *testing.T) { wakes(t, false) })
		t.Run(name+", others asleep", func(t *testing.T) { wakes(t, true) })
	}
}

func texts2OrEnd(t *testing.T, c *Consumer) {
	for {
		if _, err := c.TryNext(); err == ErrEmpty || err == io.EOF {
			return
		}
	}
}

// A producer waits for space, and before any one of its steps the consumer gives it: does it sleep beside that? (H35)
func TestStepWaitingForSpace(t *testing.T) {
	for name, gives := range gifts {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096})
				p, c := h.producer(Sleep), h.consumer(ConsumerOptions{Lossless: true})
				full(t, p)
				reached := false
				napping(func() {
					steps(func() { p.sleepForSpace(p.intends) }, at(k, func() { reached = true; gives(t, c) }))
				}, func(*uint32, uint32) {
					if reached {
						t.Errorf("the consumer gives space before step %d, and the producer sleeps", k)
					}
				})
				return reached
			})
		})
	}
}

var gifts = map[string]func(t *testing.T, c *Consumer){
	"reading": func(t *testing.T, c *Consumer) { texts2OrEnd(t, c) },
	"closing": func(t *testing.T, c *Consumer) { check(t, c.Close()) },
	"seeking": func(t *testing.T, c *Consumer) { check(t, c.Seek(Latest())) },
}

// A consumer gives space, and before any one of its steps the producer goes to sleep for want of it: is it woken? (H35)
func TestStepGivingSpace(t *testing.T) {
	for name, gives := range gifts {
		t.Run(name, func(t *testing.T) {
			everyStep(t, func(k int) bool {
				h := newHeapRing(t, Options{Capacity: 4096})
				p, c := h.producer(Sleep), h.consumer(ConsumerOptions{Lossless: true})
				full(t, p)
				reached := false
				woken := func() bool { return true }
				steps(func() { gives(t, c) }, at(k, func() {
					reached = true
					napping(func() { p.sleepForSpace(p.intends) }, func(addr *uint32, value uint32) {
						woken = func() bool { return *addr != value }
					})
				}))
				if !woken() {
					t.Fatalf("asleep since step %d, and not woken", k)
				}
				return reached
			})
		})
	}
}

// Somebody interrupts a consumer that is about to sleep: is it woken again and again until it has noticed? One wake-up could come just before
// it falls asleep. (H36)
func TestStepInterrupt(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	h.producer(Adaptive)
	c := h.consumer(ConsumerOptions{})
	var wakes atomic.Uint32
	third, gaveUp := make(chan bool), make(chan bool)
	onWake = func(addr *uint32) {
		if addr != c.sleeper.word {
			t.Error("another word is woken")
		}
		if wakes.Add(1) == 3 {
			close(third)
		}
	}
	onSleep = func(*uint32, uint32) {
		go func() { c.interrupt(); close(gaveUp) }()
		select {
		case <-third:
		case <-gaveUp:
			t.Errorf("given up after %d wake-ups, with the consumer still asleep", wakes.Load())
		}
	}
	check(t, c.park(context.Background(), forever))
	onSleep = nil
	<-gaveUp
	onWake = nil
}
