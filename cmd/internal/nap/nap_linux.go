// Package nap sleeps for less than a millisecond.
package nap

import (
	"syscall"
	"time"
)

// For gives the CPU away for about the time given. time.Sleep would round it up to a millisecond.
func For(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	syscall.Nanosleep(&t, nil)
}
