package ring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
)

func init() {
	roles["sleep"] = func(a arguments) error { // says what it reads
		c, err := Open(a.text(0), ConsumerOptions{Wait: Sleep, Lossless: true})
		if err != nil {
			return err
		}
		for m, err := range c.All(patientChild()) {
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", m.Payload)
		}
		fmt.Println("end")
		return nil
	}
}

// asleep waits until a consumer sleeps, or is about to.
func asleep(c *Consumer) {
	for atomic.LoadUint32(&c.sleeper.asleep) == 0 {
		runtime.Gosched()
	}
}

// How Next is called where it will sleep.
func nextOf(t *testing.T, ctx context.Context, c *Consumer) chan error {
	done := make(chan error, 1)
	go func() { _, err := c.Next(ctx); done <- err }()
	return done
}

// Is a sleeping consumer woken by each thing that can end its sleep? Every wake-up counts as one; without it the sleep
// ends by itself, so the count is what shows that it was sent. (H29)
func TestSleepingConsumerIsWoken(t *testing.T) {
	for name, wake := range map[string]func(p *Producer) error{
		"Publish": func(p *Producer) error { return p.Publish(0, nil) },
		"Flush":   func(p *Producer) error { return errors.Join(p.Append(0, nil), p.Append(0, nil), p.Flush()) },
		"Commit":  func(p *Producer) error { _, err := p.Claim(3); return errors.Join(err, p.Commit(0, 2)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHeapRing(t, Options{})
			p := h.producer(Adaptive)
			for range 100 {
				check(t, p.Publish(0, nil)) // answers what a sleeper asked for that was just waking up by itself
				before := p.Stats().Wakeups
				for range 10 {
					check(t, p.Publish(0, nil))
				}
				equal(t, "wake-ups while nobody sleeps", p.Stats().Wakeups, before)
				c := h.consumer(ConsumerOptions{Wait: Sleep, From: Latest()})
				woken := nextOf(t, patient(t), c)
				asleep(c)
				check(t, wake(p))
				check(t, <-woken)
				equal(t, "wake-ups", p.Stats().Wakeups, before+1)
				h.close(c)
			}
		})
	}
}

// Are all that sleep woken by one message, though each sleeps at a place of its own? (H29, H31)
func TestH29EverySleeperIsWoken(t *testing.T) {
	h := newHeapRing(t, Options{})
	p := h.producer(Adaptive)
	check(t, p.Publish(0, nil))
	for range 50 {
		var woken []chan error
		for range 8 {
			c := h.consumer(ConsumerOptions{Wait: Sleep, From: Latest()})
			woken = append(woken, nextOf(t, patient(t), c))
			asleep(c)
			defer h.close(c)
		}
		before := p.Stats().Wakeups
		check(t, p.Publish(0, nil))
		for _, w := range woken {
			check(t, <-w)
		}
		if n := p.Stats().Wakeups - before; n != 1 {
			t.Fatalf("%d wake-ups for one message", n)
		}
	}
}

// The steps of going to sleep, with the producer's between any two of them: does the consumer ever go to sleep beside a message? (H29, H30, H33)
func TestH30NobodySleepsBesideAMessage(t *testing.T) {
	does := map[string]func(p *Producer){
		"publishes":             func(p *Producer) { p.Publish(0, nil) },
		"laps with zeros":       func(p *Producer) { lapWithZeros(p) },
		"closes":                func(p *Producer) { p.finish() },
		"publishes, another":    func(p *Producer) { p.heads.setWaiting(); p.Publish(0, nil) },
		"only wakes the others": func(p *Producer) { p.heads.setWaiting(); p.wakeConsumers() },
	}
	for name, do := range does {
		for step := range 4 {
			h := newHeapRing(t, Options{Capacity: 4096})
			p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{})
			at := func(here int) {
				if here == step {
					do(p)
				}
			}
			at(0)
			count := atomic.LoadUint32(c.wakes())
			at(1)
			c.heads.setWaiting()
			at(2)
			sees := c.loadCommit(c.head) != 0 || c.lapped(c.reserved(), c.head) || c.closed() == c.head+1
			at(3)
			sleeps := !sees && atomic.LoadUint32(c.wakes()) == count
			if sleeps && (name != "only wakes the others" || step > 1) {
				t.Errorf("producer %s at step %d: the consumer goes to sleep", name, step)
			}
		}
	}
}

// Does park itself look for each of these a last time? Told beforehand to give up, it says so only if it was about to sleep. (H30)
func TestH30ParkLooksOnceMore(t *testing.T) {
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, do := range map[string]func(p *Producer){
		"nothing": func(p *Producer) {}, "published": func(p *Producer) { p.Publish(0, nil) },
		"lapped by zeros": lapWithZeros, "closed": func(p *Producer) { p.finish() },
	} {
		h := newHeapRing(t, Options{Capacity: 4096})
		p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{})
		do(p)
		if err := c.park(cancelled, forever); (err != nil) != (name == "nothing") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A consumer found no record. Then the last one was published, and the stream closed: it is not at the end. (H33)
func TestH33EndIsNotBeforeTheLastMessage(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{})
	w := c.loadCommit(c.head)
	publishTexts(t, p, "the last")
	p.finish()
	want(t, c.nothing(w), ErrEmpty)
	equal(t, "messages", fmt.Sprint(texts(t, c)), "[the last]")
	_, err := c.TryNext()
	want(t, err, io.EOF)
}

func lapWithZeros(p *Producer) {
	for end := p.pos + 2*p.capacity; p.pos < end; {
		p.Publish(0, make([]byte, p.MaxMessage()))
	}
	p.plant(0, 0)
}

// Is a producer that sleeps for space woken by what frees it: reading, closing, death, and its own Close? (H35)
func TestH35WaitingProducerIsWoken(t *testing.T) {
	for name, free := range map[string]func(h *heapRing, c *Consumer, p *Producer){
		"reading": func(h *heapRing, c *Consumer, p *Producer) { texts2(h.t, c) },
		"Ack":     func(h *heapRing, c *Consumer, p *Producer) { pollAll(h.t, c) },
		"seek":    func(h *heapRing, c *Consumer, p *Producer) { check(h.t, c.Seek(Latest())) },
		"close":   func(h *heapRing, c *Consumer, p *Producer) { h.close(c) },
		"death":   func(h *heapRing, c *Consumer, p *Producer) { h.kill(c) },
	} {
		for _, wait := range []Wait{Adaptive, Spin, Sleep} {
			t.Run(fmt.Sprint(name, "/wait=", wait), func(t *testing.T) {
				h := newHeapRing(t, Options{Capacity: 4096})
				p, c := h.producer(wait), h.consumer(ConsumerOptions{Lossless: true, ManualAck: name == "Ack"})
				full(t, p)
				done := make(chan error, 1)
				go func() { done <- p.PublishContext(patient(t), 0, make([]byte, 1000)) }()
				for wait == Sleep && !p.heads.spaceWanted() {
					runtime.Gosched()
				}
				free(h, c, p)
				check(t, <-done)
			})
		}
	}
}

// Is a request for space answered by everything that gives some? Unanswered, the producer sleeps on to the next look. (H35)
func TestH35SpaceIsAnswered(t *testing.T) {
	for name, free := range map[string]func(h *heapRing, c *Consumer){
		"reading": func(h *heapRing, c *Consumer) { texts2(h.t, c) },
		"Ack":     func(h *heapRing, c *Consumer) { pollAll(h.t, c) },
		"seek":    func(h *heapRing, c *Consumer) { check(h.t, c.Seek(Latest())) },
		"close":   func(h *heapRing, c *Consumer) { check(h.t, c.Close()) },
	} {
		h := newHeapRing(t, Options{Capacity: 4096})
		p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{Lossless: true, ManualAck: name == "Ack"})
		full(t, p)
		p.heads.setSpace()
		if free(h, c); p.heads.spaceWanted() {
			t.Errorf("%s: the producer was not woken", name)
		}
	}
}

// Does a consumer tell how far it has read before it says that there is nothing more? It may be quiet from then on. (H35)
func TestH35HeadIsTold(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	check(t, p.Publish(0, nil))
	equal(t, "messages", len(texts(t, c)), 1)
	equal(t, "head", c.heads.headOf(c.entry), p.pos)
}

func pollAll(t testing.TB, c *Consumer) {
	for {
		if _, err := c.Poll(10, func(*Message) error { return nil }); err != nil {
			break
		}
	}
	check(t, c.Ack())
}

// Do a context's end and Close interrupt every call that waits, however it waits? (H24, H36)
func TestH36WaitsAreInterrupted(t *testing.T) {
	for _, wait := range []Wait{Adaptive, Spin, Sleep} {
		for range 30 {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 4096, Wait: wait})
			c := consume(t, path, ConsumerOptions{Wait: wait})
			gate := consume(t, path, ConsumerOptions{Lossless: true})
			ctx, cancel := context.WithCancel(t.Context())
			woken := nextOf(t, ctx, c)
			inCall(&c.calls)
			cancel()
			want(t, <-woken, context.Canceled)
			woken = nextOf(t, patient(t), c)
			inCall(&c.calls)
			check(t, c.Close())
			want(t, <-woken, ErrClosed)
			full(t, p)
			ctx, cancel = context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- p.PublishContext(ctx, 0, make([]byte, 500)) }()
			inCall(&p.calls)
			cancel()
			want(t, <-done, context.Canceled)
			go func() { _, err := p.Claim(500); done <- err }()
			inCall(&p.calls)
			check(t, p.Close())
			want(t, <-done, ErrClosed)
			check(t, gate.Close())
		}
	}
}

// Is a consumer in another process woken by every message, and by the end?
func TestSleeperInAnotherProcess(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	child := startChild(t, "sleep", path)
	check(t, p.WaitConsumers(patient(t), 1))
	for i := range 100 {
		publishTexts(t, p, fmt.Sprint("message ", i))
		child.expect(fmt.Sprint("message ", i))
	}
	check(t, p.Close())
	child.expect("end")
	child.succeed()
}

// Does who waits ask for every line of a message like the last, and for the one behind, if they are few?
func TestLinesAskedFor(t *testing.T) {
	for _, x := range []struct{ at, bytes, lines uint64 }{
		{0, 0, 2}, {0, 8, 2}, {32, 8, 2}, {0, 48, 2}, {16, 48, 3}, {0, 64, 3}, {48, 64, 3}, {0, 176, 4}, {16, 160, 4},
		{16, 176, 0}, {0, 177, 0}, {0, 1 << 20, 0},
	} {
		c := &Consumer{head: 1<<20 + x.at}
		c.align = DefaultAlignment
		c.expect(x.bytes)
		if lines := (c.reach + cacheLine - 1) / cacheLine; lines != x.lines {
			t.Errorf("%d bytes at %d: %d lines, want %d", x.bytes, x.at, lines, x.lines)
		}
	}
}
