package ring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// maxSelected is how many words a thread can sleep on, FUTEX_WAITV_MAX of the kernel.
const maxSelected = 128

var errNobody = errors.New("the selector has no consumers: waiting would never end")

// Selector waits for several consumers at once: one goroutine sleeps until any of them has something to tell. The rings may have
// different producers and types (give it the Consumer of a ConsumerOf).
//
// It is used as one consumer is: by one goroutine at a time, the same that uses its consumers. Close of a consumer may come from any.
// Sleeping on several rings takes Linux 5.16; on an older one, or where a sandbox forbids futex_waitv(2), the selector takes
// naps of 10 ms at most instead.
type Selector struct {
	wait      Wait
	consumers []*Consumer
	words     []futexWaiter // to sleep on, one of each consumer
	next      int           // where to look first: after the one selected last, so that a busy ring does not starve the others
	looking   int           // at whose memory
	backoff   backoff
	naps      bool          // the kernel cannot wait for several words
	nap       time.Duration // the next, while there is one of the consumers that nobody wakes
}

// NewSelector makes a selector that waits in the given way, whatever the consumers' own. It fails for more than 128 consumers.
func NewSelector(wait Wait, consumers ...*Consumer) (*Selector, error) {
	s := &Selector{wait: wait}
	for _, c := range consumers {
		if err := s.Add(c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Add makes the selector wait for one more consumer. Adding one twice changes nothing. It fails beyond 128.
func (s *Selector) Add(c *Consumer) error {
	switch {
	case slices.Contains(s.consumers, c):
		return nil
	case len(s.consumers) == maxSelected:
		return fmt.Errorf("a selector waits for %d consumers at most, which it does; make another, for a goroutine of its own", maxSelected)
	}
	s.consumers = append(s.consumers, c)
	s.words = append(s.words, futexWaiter{})
	return nil
}

// Remove makes the selector wait for one consumer less. The consumer stays the caller's, to close.
func (s *Selector) Remove(c *Consumer) {
	if i := slices.Index(s.consumers, c); i >= 0 {
		s.consumers = slices.Delete(s.consumers, i, i+1)
		s.words = s.words[:len(s.consumers)]
		if s.next > i {
			s.next--
		}
	}
}

// Len returns for how many consumers the selector waits.
func (s *Selector) Len() int { return len(s.consumers) }

// Select returns a consumer whose next call has something to tell, waiting for one if need be: a message, a loss, a demotion, the end
// of the stream, a missing producer, a file that is gone, or that the consumer was closed. Consumers are given in turn, so that
// each is served however busy the others are. Serve it with calls that do not wait: TryNext, Poll or View. Now and then they
// find nothing after all (ErrEmpty).
//
// A stream that has ended, or is broken, has that to tell for good: Remove its consumer. Like a call for the next message, Select
// acknowledges what was delivered. When ctx is done, and there is nothing to tell, it returns the error of ctx and loses nothing; with
// no consumers, or one that is in use by another goroutine (ErrBusy), it fails.
func (s *Selector) Select(ctx context.Context) (c *Consumer, err error) {
	if len(s.consumers) == 0 {
		return nil, errNobody
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	return s.await(ctx)
}

// enter begins a call of each consumer, so that none is unmapped. Those that are closed have no memory, and are not looked at.
func (s *Selector) enter() error {
	for i, c := range s.consumers {
		if err := c.enter(); err == ErrBusy {
			s.release(i)
			return err
		}
	}
	return nil
}

// leave ends what enter began.
func (s *Selector) leave() {
	s.next = s.looking + 1
	for _, c := range s.consumers {
		if !c.isClosing() {
			c.afterFaults()
		}
	}
	s.release(len(s.consumers)) // last: until then Close waits
}

// release ends the calls of the first n consumers.
func (s *Selector) release(n int) {
	for _, c := range s.consumers[:n] {
		c.sleeper.end()
		c.release()
	}
}
