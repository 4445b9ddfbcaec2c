//go:build linux

// Package clock is one clock for all processes of the machine: nanoseconds of CLOCK_MONOTONIC. Go's own monotonic time
// counts from the start of the process, so it is shifted once; reading it stays as cheap as time.Since.
package clock

import (
	"math"
	"time"

	"golang.org/x/sys/unix"
)

var (
	base   = time.Now()
	offset = calibrate()
)

// Now is the time in nanoseconds, comparable between processes.
func Now() int64 { return int64(time.Since(base)) + offset }

// Until is how long it is until then; negative if it has passed.
func Until(then int64) time.Duration { return time.Duration(then - Now()) }

// calibrate finds what to add to the process's own time. A system call is slow, so of many tries the one counts that took
// the least time.
func calibrate() int64 {
	var best int64
	narrowest := time.Duration(math.MaxInt64)
	for range 50 {
		var t unix.Timespec
		before := time.Since(base)
		if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
			return time.Now().UnixNano()
		}
		after := time.Since(base)
		if after-before < narrowest {
			narrowest = after - before
			best = t.Nano() - int64(before+(after-before)/2)
		}
	}
	return best
}

// Cost is what one reading takes: every single latency includes it once.
func Cost() time.Duration {
	const readings = 100_000
	began := time.Now()
	for range readings {
		Now()
	}
	return time.Since(began) / readings
}
