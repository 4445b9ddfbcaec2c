//go:build !stepping

package ring

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	futexWaitOp = 0
	futexWakeOp = 1
)

// futexWait sleeps while *addr == value, at most for the given time. It may return early for no reason.
// The goroutine's thread sleeps; the scheduler is told, so other goroutines go on.
func futexWait(addr *uint32, value uint32, atMost time.Duration) {
	ts := unix.NsecToTimespec(int64(atMost))
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexWaitOp, uintptr(value), uintptr(unsafe.Pointer(&ts)), 0, 0)
}

// futexWake wakes every thread, of any process, that sleeps on addr.
func futexWake(addr *uint32) {
	unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(addr)), futexWakeOp, 1<<30, 0, 0, 0)
}
