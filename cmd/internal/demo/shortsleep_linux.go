package demo

import (
	"syscall"
	"time"
)

// shortSleep gives the CPU away for about the time given. time.Sleep would round it up to a millisecond.
func shortSleep(d time.Duration) {
	t := syscall.NsecToTimespec(int64(d))
	syscall.Nanosleep(&t, nil)
}
