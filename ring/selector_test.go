package ring

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"
)

// several is rings in this process's heap, one consumer of each, and what selects from them.
type several struct {
	*Selector
	rings     []*heapRing
	producers []*Producer
}

func newSeveral(t testing.TB, n int, wait Wait, o ConsumerOptions) *several {
	s := &several{Selector: &Selector{wait: wait}}
	for range n {
		h := newHeapRing(t, Options{Capacity: 4096})
		s.rings = append(s.rings, h)
		s.producers = append(s.producers, h.producer(Adaptive))
		check(t, s.Add(h.consumer(o)))
	}
	return s
}

// selection is a Select on another goroutine.
type selection struct {
	consumer *Consumer
	err      error
}

func (s *several) selecting(ctx context.Context) chan selection {
	done := make(chan selection, 1)
	go func() {
		c, err := s.Select(ctx)
		done <- selection{c, err}
	}()
	return done
}

// Is the one sleep of a selector ended by each ring, each thing that can happen there, and answered by one wake-up? Without one the
// sleep ends by itself, so the count is what shows that it was sent.
func TestSelectorIsWoken(t *testing.T) {
	if !waitsForSeveral() {
		t.Skip("no futex_waitv")
	}
	s := newSeveral(t, 5, Sleep, ConsumerOptions{Lossless: true})
	for round := range 100 {
		i := round % len(s.producers)
		p, c := s.producers[i], s.consumers[i]
		before := p.Stats().Wakeups
		done := s.selecting(patient(t))
		asleep(c)
		check(t, p.Publish(0, []byte("news")))
		equal(t, "selected", <-done, selection{c, nil})
		equal(t, "wake-ups", p.Stats().Wakeups, before+1)
		equal(t, "messages", fmt.Sprint(texts(t, c)), "[news]")
	}
	done := s.selecting(patient(t))
	asleep(s.consumers[3])
	s.rings[3].close(s.producers[3])
	c := (<-done).consumer
	equal(t, "ended", c, s.consumers[3])
	_, err := c.TryNext()
	want(t, err, io.EOF)
}

// waitsForSeveral reports whether the kernel has futex_waitv.
func waitsForSeveral() bool {
	var word uint32
	return futexWaitAny([]futexWaiter{newFutexWaiter(&word, 1)}, 0)
}

// Does the last look before the sleep see each of these, on the last ring as on the first?
func TestSelectorLooksOnceMore(t *testing.T) {
	for name, do := range map[string]func(h *heapRing, c *Consumer, p *Producer){
		"published":       func(h *heapRing, c *Consumer, p *Producer) { check(t, p.Publish(0, nil)) },
		"lapped by zeros": func(h *heapRing, c *Consumer, p *Producer) { lapWithZeros(p) },
		"ended":           func(h *heapRing, c *Consumer, p *Producer) { p.finish() },
		"demoted": func(h *heapRing, c *Consumer, p *Producer) {
			c.heads.swapState(c.entry, c.state, stateNext(c.state, modeDemoted))
			c.published.pos-- // there is something to publish, and so a look at the state
		},
		"closing": func(h *heapRing, c *Consumer, p *Producer) { atomic.StoreUint32(&c.special, closing) },
	} {
		for i := range 3 {
			s := newSeveral(t, 3, Sleep, ConsumerOptions{Lossless: name == "demoted"})
			do(s.rings[i], s.consumers[i], s.producers[i])
			if s.park(t.Context()) {
				t.Errorf("%s on ring %d: it slept", name, i)
			}
			if c := s.ready(); c != s.consumers[i] {
				t.Errorf("%s on ring %d: %p is ready, want %p", name, i, c, s.consumers[i])
			}
		}
	}
}

// The steps of going to sleep, with a producer's between any two of them: does a selector sleep beside a message of any ring?
func TestSelectorDoesNotSleepBesideAMessage(t *testing.T) {
	for i := range 3 {
		for step := range 3 {
			s := newSeveral(t, 3, Sleep, ConsumerOptions{})
			at := func(here int) {
				if here == step {
					check(t, s.producers[i].Publish(0, nil))
				}
			}
			at(0)
			s.announceSleep()
			at(1)
			sees := s.ready() != nil
			at(2)
			if changed := *s.consumers[i].sleeper.word != uint32(s.words[i].value); !sees && !changed {
				t.Errorf("ring %d at step %d: it goes to sleep", i, step)
			}
		}
	}
}

// Are consumers served in turn, also beside one that always has something, one that has ended, and one that was closed?
func TestSelectorIsFair(t *testing.T) {
	s := newSeveral(t, 4, Adaptive, ConsumerOptions{})
	for range 30 {
		check(t, s.producers[0].Publish(0, nil))
	}
	s.producers[1].finish()
	closed := s.consumers[2]
	s.rings[2].close(closed)
	publishTexts(t, s.producers[3], "a", "b", "c")
	var order []int
	for range 12 {
		c, err := s.Select(patient(t))
		check(t, err)
		for i, each := range s.consumers {
			if c == each {
				order = append(order, i)
			}
		}
		c.TryNext()
	}
	equal(t, "order", fmt.Sprint(order), "[0 1 2 3 0 1 2 3 0 1 2 3]")
	_, err := closed.TryNext()
	want(t, err, ErrClosed)
	s.Remove(closed)
	s.Remove(closed)
	check(t, s.Add(s.consumers[0]))
	equal(t, "consumers left", s.Len(), 3)
}

// Does the end of the context, or Close of any consumer, end a Select however it waits, and is nothing lost by it?
func TestSelectorIsInterrupted(t *testing.T) {
	for _, wait := range []Wait{Adaptive, Spin, Sleep} {
		for _, naps := range []bool{false, true} {
			for i := range 3 {
				s := newSeveral(t, 3, wait, ConsumerOptions{})
				s.naps = naps
				ctx, cancel := context.WithCancel(t.Context())
				done := s.selecting(ctx)
				inCall(&s.consumers[i].calls)
				cancel()
				equal(t, "cancelled", <-done, selection{nil, context.Canceled})
				publishTexts(t, s.producers[i], "kept")
				c, err := s.Select(ctx) // what is there comes before the end of the context
				check(t, err)
				equal(t, "messages", fmt.Sprint(texts(t, c)), "[kept]")
				done = s.selecting(patient(t))
				inCall(&c.calls)
				check(t, c.Close())
				equal(t, "closed", <-done, selection{c, nil})
				_, err = c.TryNext()
				want(t, err, ErrClosed)
			}
		}
	}
}

// Are the mistakes that can be made told in a sentence?
func TestSelectorRefuses(t *testing.T) {
	h := newHeapRing(t, Options{MaxConsumers: 256})
	h.producer(Adaptive)
	s, err := NewSelector(Adaptive)
	check(t, err)
	_, err = s.Select(t.Context())
	want(t, err, errNobody)
	for range maxSelected {
		check(t, s.Add(h.consumer(ConsumerOptions{})))
	}
	err = s.Add(h.consumer(ConsumerOptions{}))
	if err == nil {
		t.Fatal("too many consumers are accepted")
	}
	want(t, err, err, "128")
	check(t, s.consumers[5].enter()) // by somebody else
	_, err = s.Select(t.Context())
	want(t, err, ErrBusy)
	s.consumers[5].release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Select(ctx) // and with all of them the kernel sleeps
	want(t, err, context.Canceled)
	if waitsForSeveral() {
		s.announceSleep()
		equal(t, "waits for all", futexWaitAny(s.words, 0), true)
	}
}

// Does a consumer that may not write the heads, and so is not woken, get its messages beside one that is?
func TestSelectorTakesNapsForTheBlind(t *testing.T) {
	s := newSeveral(t, 2, Sleep, ConsumerOptions{})
	blind := s.consumers[1]
	s.rings[1].kill(blind)
	blind.entry, blind.mayWake, blind.heads.mem = unlisted, false, nil
	for range 20 {
		done := s.selecting(patient(t))
		asleep(blind)
		check(t, s.producers[1].Publish(0, nil))
		equal(t, "selected", <-done, selection{blind, nil})
		texts2(t, blind)
	}
	equal(t, "wake-ups", s.producers[1].Stats().Wakeups, 1) // when it started
}

// Does a selector that sleeps have acknowledged all that was read, as a call for the next message has?
func TestSelectorAcknowledges(t *testing.T) {
	s := newSeveral(t, 2, Sleep, ConsumerOptions{Lossless: true})
	p, c := s.producers[0], s.consumers[0]
	publishTexts(t, p, "a", "b")
	n, err := c.Poll(2, func(*Message) error { return nil })
	check(t, err)
	equal(t, "read", n, 2)
	equal(t, "acknowledged before", p.heads.nextSeqOf(c.entry), 0)
	done := s.selecting(patient(t))
	asleep(c)
	equal(t, "acknowledged", p.heads.nextSeqOf(c.entry), 2)
	equal(t, "head", p.heads.headOf(c.entry), p.pos)
	check(t, p.Publish(0, nil))
	equal(t, "selected", <-done, selection{c, nil})
}

// Is it the end of the context that ends a sleep, not the sleep's own end? That comes with a look around, for which few of these have time.
// On a busy machine some do; and some contexts end just before the sleep, which then does not begin.
func TestSelectorWakesForTheContext(t *testing.T) {
	const enough, tooMany = 8, 60
	for prompt, overslept := 0, 0; prompt < enough; {
		s := newSeveral(t, 2, Sleep, ConsumerOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		s.consumers[0].sleeper.lastLook = began
		done := s.selecting(ctx)
		asleep(s.consumers[1])
		cancel()
		equal(t, "cancelled", <-done, selection{nil, context.Canceled})
		if s.consumers[0].sleeper.lastLook == began {
			prompt++
		} else if overslept++; overslept == tooMany {
			t.Fatalf("%d sleeps went on to their end, %d did not", overslept, prompt)
		}
	}
}
