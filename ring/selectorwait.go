package ring

import (
	"context"
	"time"
)

// await does for all consumers what Consumer.await does for one: it spins first, then sleeps.
func (s *Selector) await(ctx context.Context) (*Consumer, error) {
	b := &s.backoff
	b.reset()
	s.nap = firstNap
	for {
		if c := s.ready(); c != nil {
			return c, nil
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		slept := !b.spin(s.wait) && s.park(ctx)
		if slept || b.polls%65536 == 0 {
			s.look()
		}
	}
}

// ready is the first consumer, in turn, that has something to tell, or nil.
func (s *Selector) ready() *Consumer {
	for i := range s.consumers {
		s.looking = (s.next + i) % len(s.consumers)
		if c := s.consumers[s.looking]; c.ready() {
			return c
		}
	}
	return nil
}

// look sees, for each consumer, whether the ring still is what it was.
func (s *Selector) look() {
	for s.looking = range s.consumers {
		c := s.consumers[s.looking]
		if c.isClosing() {
			continue
		}
		if err := c.look(); err != nil {
			c.pending = err
		}
	}
}

// park does for all consumers what Consumer.park does for one: edge W1 for each ring, with one barrier for all. It returns false if the
// last look found a reason not to sleep.
func (s *Selector) park(ctx context.Context) (slept bool) {
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, s.consumers[0].interrupt)()
	}
	atMost := s.announceSleep()
	for _, c := range s.consumers {
		c.sleeper.begin()
	}
	if slept = s.ready() == nil && ctx.Err() == nil; slept {
		s.sleep(atMost)
	}
	for _, c := range s.consumers {
		c.sleeper.end()
	}
	return slept
}

// announceSleep asks every producer to wake this thread, and returns how long to sleep at most in any case.
func (s *Selector) announceSleep() time.Duration {
	blind := s.naps
	for s.looking = range s.consumers {
		c := s.consumers[s.looking]
		s.words[s.looking] = newFutexWaiter(c.sleeper.word, c.sleeper.seen())
		if s.naps || !c.mayWake {
			blind = true
			continue
		}
		c.heads.setWaiting()
	}
	atMost := idleLook
	if !s.naps && !barrier() {
		atMost = time.Millisecond
	}
	if blind {
		s.nap = min(2*s.nap, blindSleep)
		atMost = min(atMost, s.nap)
	}
	return atMost
}

// sleep ends when a word changes that was seen before the last look, or for no reason, and after the given time.
func (s *Selector) sleep(atMost time.Duration) {
	if !s.naps && !futexWaitAny(s.words, atMost) {
		s.naps = true // from the next time on
	} else if s.naps {
		time.Sleep(atMost)
	}
}

// ready reports whether the next call has something to tell. It takes care of all that a call does which finds nothing, and
// leaves a message where it lies.
func (c *Consumer) ready() bool {
	if c.isClosing() || c.why != nil || c.pending != nil || !c.run.exhausted() {
		return true
	}
	c.prepare()
	w := c.poll()
	if committed(w) {
		return true
	}
	if err := c.nothing(w); err != ErrEmpty {
		c.pending = err
	}
	return c.pending != nil
}
