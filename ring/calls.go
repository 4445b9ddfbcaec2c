package ring

import (
	"runtime/debug"
	"sync/atomic"
	"time"
)

// calls is what a handle knows of the call in progress. It lets Close, on another goroutine, wait until nobody touches
// the memory it is about to unmap, and turns faults of a truncated file into errors.
//
//	edge  store side           load side            what it gives
//	B1    enter stores busy    close loads busy     close waits for the call, or the call sees closing;
//	      close stores closing enter loads closing  enter's fence is close's membarrier
type calls struct {
	busy     uint32 // 1 from enter to leave
	special  uint32 // closing, fenced: enter has more to do
	guard    bool   // faults are possible: the file may be truncated
	oldFault bool   // the goroutine's own SetPanicOnFault
}

const (
	closing = 1 << iota // close was called
	fenced              // no membarrier: enter must fence itself
)

// enter begins a call. Edge B1.
func (c *calls) enter() error {
	if c.hold() {
		return nil
	}
	if atomic.LoadUint32(&c.busy) != 0 {
		return ErrBusy
	}
	storeRelease32(&c.busy, 1)
	return c.enterSpecial()
}

// hold is enter where there is no more to it; it reports whether there was not. Edge B1.
func (c *calls) hold() bool {
	if atomic.LoadUint32(&c.busy) != 0 {
		return false
	}
	storeRelease32(&c.busy, 1)
	if atomic.LoadUint32(&c.special) == 0 {
		return true
	}
	c.release()
	return false
}

func (c *calls) enterSpecial() error {
	if atomic.LoadUint32(&c.special)&fenced != 0 {
		fullFence()
	}
	if c.isClosing() {
		c.release()
		return ErrClosed
	}
	return nil
}

// arm makes faults panics, for recovered to turn into errors, until leave.
func (c *calls) arm() {
	if c.guard {
		if old := debug.SetPanicOnFault(true); old != c.oldFault {
			c.oldFault = old
		}
	}
}

// disarm undoes arm.
func (c *calls) disarm() {
	if c.guard && !c.oldFault {
		debug.SetPanicOnFault(false)
	}
}

// leave ends the call that enter began and arm made safe. A call that ends without it has met a fault; see recovered.
func (c *calls) leave() {
	c.disarm()
	c.release()
}

// release ends the call that hold began.
func (c *calls) release() { storeRelease32(&c.busy, 0) }

// left reports whether the call ended as it should.
func (c *calls) left() bool { return atomic.LoadUint32(&c.busy) == 0 }

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
