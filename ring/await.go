package ring

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	idleLook   = 250 * time.Millisecond // how often an idle consumer looks whether the ring is still what it was
	firstNap   = 50 * time.Microsecond  // half the first sleep of a consumer that nobody wakes
	blindSleep = 10 * time.Millisecond  // and the longest
)

// sleeper is what the one who interrupts a sleeping call needs to know.
type sleeper struct {
	asleep   uint32
	word     *uint32 // that it sleeps on; known to whoever wakes it even after the memory is unmapped, when waking does nothing
	lastLook time.Time
	blind    time.Duration // the next sleep of a consumer that nobody wakes
}

// seen returns the event count to sleep on: what is looked at after it cannot change unnoticed.
func (s *sleeper) seen() uint32 {
	if s.lastLook.IsZero() {
		s.lastLook = time.Now()
	}
	return atomic.LoadUint32(s.word)
}

// begin makes interrupt wake this sleeper from now on. What would have interrupted it is to be looked at once more.
func (s *sleeper) begin() { storeFence32(&s.asleep, 1) }

// end is the end of the sleep.
func (s *sleeper) end() { storeRelease32(&s.asleep, 0) }

// await fetches as soon as there is something, and returns what fetch returns, or why it gave up. It spins first, then sleeps.
func (c *Consumer) await(ctx context.Context, atMost time.Duration) error {
	t := timeout(atMost)
	b := &c.backoff
	b.reset()
	c.sleeper.blind = firstNap
	for {
		if b.spin(c.options.Wait) {
			w := c.poll()
			if w == 0 && b.polls%64 != 0 {
				continue
			}
			if committed(w) && c.fetchOne(w) {
				c.pace.catchUp(1, c.seq)
				return nil
			}
		} else if err := c.park(ctx, t.left()); err != nil {
			return err
		}
		// One message, without a look at the next: that would fetch a cache line which the producer needs.
		if err := c.fetch(1, copying); err != ErrEmpty {
			c.pace.catchUp(1, c.seq)
			return err
		}
		if err := c.interrupted(ctx); err != nil {
			return err
		}
		if t.left() <= 0 {
			return ErrEmpty
		}
		if c.options.Wait != Spin || b.polls%65536 == 0 {
			if err := c.look(); err != nil {
				return err
			}
			if c.pending != nil {
				return c.tellPending()
			}
		}
	}
}

// expect notes that the next message is likely to have as many bytes as the last: n. Who waits for one mostly answers it, and so waits for all
// its cache lines. If they are few, poll asks for all of them, and for the one behind, which it polls next, so that they come together: one after
// the other takes up to half as long again. More come faster if that is left to the hardware.
func (c *Consumer) expect(n uint64) {
	c.reach = 0
	if at := c.head % cacheLine; at+headerSize+n <= 3*cacheLine {
		c.reach = min(at+c.size(n)+cacheLine, 4*cacheLine)
	}
}

// poll is loadCommit for a consumer that may have nothing to do until a message comes.
func (c *Consumer) poll() uint64 {
	for line := uint64(0); line < c.reach; line += cacheLine {
		c.prefetch(c.head&^(cacheLine-1) + line)
	}
	return c.loadCommit(c.head)
}

// limit is how long a wait may last.
type limit struct {
	began  time.Time
	atMost time.Duration
}

// timeout begins a limit. A wait without one never asks for the time.
func timeout(atMost time.Duration) (l limit) {
	if l.atMost = atMost; atMost != forever {
		l.began = time.Now()
	}
	return l
}

func (l *limit) left() time.Duration {
	if l.atMost == forever {
		return forever
	}
	return l.atMost - time.Since(l.began)
}

// interrupted says why a wait must end early.
func (c *Consumer) interrupted(ctx context.Context) error {
	if c.isClosing() {
		return ErrClosed
	}
	return ctx.Err()
}

// park sleeps until the producer wakes the sleepers, somebody interrupts, or it is time to look around. The order is that
// of docs/protocol.md, W1: event count, flag, fence on both sides, a last look, sleep.
func (c *Consumer) park(ctx context.Context, left time.Duration) error {
	count := c.sleeper.seen()
	atMost := min(c.announceSleep(), left)
	if atMost <= 0 {
		return nil
	}
	if c.stirred() {
		return nil
	}
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, c.interrupt)()
	}
	c.sleeper.begin()
	defer c.sleeper.end()
	if err := c.interrupted(ctx); err != nil {
		return err
	}
	futexWait(c.sleeper.word, count, atMost)
	return nil
}

// stirred reports whether there is anything at head to wake up for: a record, a lap, or the end. Edge W1: the last look.
func (c *Consumer) stirred() bool {
	return c.loadCommit(c.head) != 0 || c.lapped(c.reserved(), c.head) || c.closed() == c.head+1
}

// announceSleep asks the producer to wake this consumer, and returns how long to sleep at most in any case.
func (c *Consumer) announceSleep() time.Duration {
	if !c.mayWake {
		c.sleeper.blind = min(2*c.sleeper.blind, blindSleep)
		return c.sleeper.blind
	}
	c.heads.setWaiting()
	if !barrier() {
		return time.Millisecond
	}
	return idleLook
}

// interrupt wakes the sleeping call until it has noticed: a single wake-up could come just before it falls asleep.
func (c *Consumer) interrupt() {
	for atomic.LoadUint32(&c.sleeper.asleep) != 0 {
		futexWake(c.sleeper.word)
		time.Sleep(20 * time.Microsecond)
	}
}

// look sees, a few times a second while there is nothing to read, whether the ring still is what it was. What it finds is
// reported only if there is still nothing to read after it.
func (c *Consumer) look() error {
	now := time.Now()
	if now.Sub(c.sleeper.lastLook) < idleLook {
		return nil
	}
	c.sleeper.lastLook = now
	err := c.examine()
	if err == nil || c.stirred() {
		return nil
	}
	return err
}

func (c *Consumer) examine() error {
	if c.magic() != streamMagic || c.ringID() != c.files.ringID {
		return fmt.Errorf("%w: its identity page was overwritten", ErrCorrupt)
	}
	if c.zeroed() {
		return fmt.Errorf("%w: its counters and its records do not fit; was the file cut off and grown again?", ErrCorrupt)
	}
	if err := c.files.check(); err != nil {
		return err
	}
	if c.headsID() != c.files.headsID && c.headsID() != 0 {
		c.reattach()
	}
	if c.options.RequireProducer {
		if alive, err := c.files.producerAlive(); err == nil && !alive {
			return ErrNoProducer
		}
	}
	return nil
}

// zeroed reports whether part of the stream was replaced by zeros, which look like a stream at rest: reserved is below what every
// ring starts with, or the tail is past a record that is not there.
func (c *Consumer) zeroed() bool {
	ahead := c.tail() - c.head
	return c.reserved()-c.origin < c.capacity ||
		ahead > 0 && ahead <= c.capacity && c.loadCommit(c.head) == 0 && c.intact(c.head)
}
