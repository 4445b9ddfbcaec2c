package ring

import (
	"sync/atomic"
	"time"
)

// calls is what a handle knows of the call in progress. It lets Close, on another goroutine, wait until nobody touches
// the memory it is about to unmap, and each call tell whether that memory was lost meanwhile; see faults.go.
//
//	edge  store side           load side            what it gives
//	B1    enter stores busy    close loads busy     close waits for the call, or the call sees closing;
//	      close stores closing enter loads closing  enter's fence is close's membarrier
type calls struct {
	busy    uint32 // 1 from enter to leave
	special uint32 // closing, fenced, lost: enter has more to do
	faults  uint32 // of this process, as far as this handle has looked into them
	why     error  // the stream's memory is lost
}

const (
	closing = 1 << iota // close was called
	fenced              // no membarrier: enter must fence itself
	lost                // the stream's memory is
)

// enter begins a call. Edge B1.
func (c *calls) enter() error {
	if c.isBusy() {
		return ErrBusy
	}
	if c.hold(); c.isSpecial() {
		return c.enterSpecial()
	}
	return nil
}

// Hot paths are calls without a call of enter: with isBusy, hold, isSpecial and release. Where one of them does not go on, enter says why.

func (c *calls) isBusy() bool { return atomic.LoadUint32(&c.busy) != 0 }

// hold begins a call, or what will be one unless isSpecial, which is to be asked next. Edge B1.
func (c *calls) hold() { storeRelease32(&c.busy, 1) }

func (c *calls) isSpecial() bool { return atomic.LoadUint32(&c.special) != 0 }

func (c *calls) enterSpecial() error {
	if atomic.LoadUint32(&c.special)&fenced != 0 {
		fullFence()
	}
	if c.isClosing() {
		c.release()
		return ErrClosed
	}
	if c.why != nil {
		c.release()
		return c.why
	}
	return nil
}

// release ends the call.
func (c *calls) release() { storeRelease32(&c.busy, 0) }

// abandon makes every later call fail with why.
func (c *calls) abandon(why error) error {
	c.why = why
	atomic.OrUint32(&c.special, lost)
	return why
}

func (c *calls) isClosing() bool { return atomic.LoadUint32(&c.special)&closing != 0 }

// close refuses further calls, wakes the one in progress until it has left, and reports whether it was the first to close.
// Edge B1.
func (c *calls) close(wake func()) bool {
	if atomic.OrUint32(&c.special, closing)&closing != 0 {
		return false
	}
	barrier()
	for atomic.LoadUint32(&c.busy) != 0 {
		wake()
		time.Sleep(20 * time.Microsecond)
	}
	return true
}

// register asks for membarriers to reach this process. Where that fails its calls fence themselves.
func (c *calls) register() {
	if !registerBarrier() {
		c.special |= fenced
	}
}

// fence is the store-load fence of a party whose counterpart relies on membarrier.
func (c *calls) fence() {
	if atomic.LoadUint32(&c.special)&fenced != 0 {
		fullFence()
	}
}
