package demo

import "time"

// clock tells the time in nanoseconds, alike in all processes of the machine, and never jumps while it is used.
type clock struct {
	base   time.Time
	offset int64 // wall time when base was taken
}

// newClock reads the wall time once and counts on from there. Of several readings it takes the one that was interrupted
// least: an interruption between the two clocks behind a time.Time makes the wall time look early.
func newClock() clock {
	c := clock{base: time.Now()}
	for range 32 {
		now := time.Now()
		c.offset = max(c.offset, now.UnixNano()-int64(now.Sub(c.base)))
	}
	return c
}

func (c clock) now() int64 { return c.offset + int64(time.Since(c.base)) }
