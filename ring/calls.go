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
	closing  uint32
	fenced   bool // no membarrier: enter must fence itself
	guard    bool // faults are possible: the file may be truncated
	oldFault bool // the goroutine's own SetPanicOnFault
	returned bool // the call came to its end: there is no panic to look at
}

// enter begins a call. Edge B1.
func (c *calls) enter() error {
	if atomic.LoadUint32(&c.busy) != 0 {
		return ErrBusy
	}
	storeRelease32(&c.busy, 1)
	if c.fenced {
		fullFence()
	}
	if c.isClosing() {
		storeRelease32(&c.busy, 0)
		return ErrClosed
	}
	c.returned = false
	if c.guard {
		c.oldFault = debug.SetPanicOnFault(true)
	}
	return nil
}

// leave ends the call that enter began.
func (c *calls) leave() {
	if c.guard {
		debug.SetPanicOnFault(c.oldFault)
	}
	storeRelease32(&c.busy, 0)
}

func (c *calls) isClosing() bool { return atomic.LoadUint32(&c.closing) != 0 }

// close refuses further calls, wakes the one in progress until it has left, and reports whether it was the first to close.
// Edge B1.
func (c *calls) close(wake func()) bool {
	if !atomic.CompareAndSwapUint32(&c.closing, 0, 1) {
		return false
	}
	barrier()
	for atomic.LoadUint32(&c.busy) != 0 {
		wake()
		time.Sleep(20 * time.Microsecond)
	}
	return true
}
