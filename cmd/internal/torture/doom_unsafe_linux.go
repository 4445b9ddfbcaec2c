package torture

import (
	"syscall"
	"time"
	"unsafe"
)

// From time.h and signal.h.
const (
	clockMonotonic = 1
	notifyBySignal = 0
)

type signalEvent struct {
	value  uint64
	signal int32
	notify int32
	_      [48]byte
}

type timerSpec struct{ interval, value syscall.Timespec }

// signalSelfIn makes the kernel send this process a signal after a delay, whatever its threads are doing then.
func signalSelfIn(delay time.Duration, signal uint64) {
	event := signalEvent{signal: int32(signal), notify: notifyBySignal}
	var timer int32
	_, _, errno := syscall.RawSyscall(syscall.SYS_TIMER_CREATE, clockMonotonic,
		uintptr(unsafe.Pointer(&event)), uintptr(unsafe.Pointer(&timer)))
	if errno == 0 {
		spec := timerSpec{value: syscall.NsecToTimespec(max(int64(delay), 1))}
		_, _, errno = syscall.RawSyscall6(syscall.SYS_TIMER_SETTIME, uintptr(timer), 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	}
	if errno != 0 {
		panic("cannot set a timer: " + errno.Error())
	}
}
