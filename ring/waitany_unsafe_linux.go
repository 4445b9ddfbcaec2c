package ring

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// futexWaiter is the kernel's struct futex_waitv: a word to sleep on while it has a value.
type futexWaiter struct {
	value uint64
	addr  uint64
	flags uint32
	_     uint32
}

const futexSize32 = 2 // FUTEX2_SIZE_U32; without FUTEX2_PRIVATE, because the word is shared

// newFutexWaiter waits for a word that does not move: it is mapped, or of the heap and kept alive by the caller.
func newFutexWaiter(word *uint32, value uint32) futexWaiter {
	return futexWaiter{value: uint64(value), addr: uint64(uintptr(unsafe.Pointer(word))), flags: futexSize32}
}

// futexWaitAny is futexWait for several words, at most 128: it sleeps while all have their values. It returns false, at once, where that
// is not to be had: before Linux 5.16, and in sandboxes that do not know the call.
func futexWaitAny(words []futexWaiter, atMost time.Duration) bool {
	var until unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &until) != nil {
		return false
	}
	until = unix.NsecToTimespec(until.Nano() + int64(atMost))
	_, _, errno := unix.Syscall6(unix.SYS_FUTEX_WAITV, uintptr(unsafe.Pointer(unsafe.SliceData(words))), uintptr(len(words)), 0,
		uintptr(unsafe.Pointer(&until)), unix.CLOCK_MONOTONIC, 0)
	return errno != unix.ENOSYS && errno != unix.EPERM
}
