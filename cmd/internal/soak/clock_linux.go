package soak

import "golang.org/x/sys/unix"

// now is a time in nanoseconds that all processes of the machine have in common, and nobody can set.
func now() int64 {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // cannot fail: the clock exists
	return ts.Nano()
}
