//go:build amd64 || arm64

package mmapfile

import (
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// storePointer publishes a region to the handler.
func storePointer(at **region, r *region) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(at)), unsafe.Pointer(r))
}

// sigaction is the kernel's, on both architectures.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

// installHandler puts onBus before the handler of SIGBUS that is there, with the same mask, stack and way back. Without one to come
// before, faults stay what they are.
func installHandler() {
	var action sigaction
	if sigactionOf(nil, &action) != 0 || action.handler <= 1 { // SIG_DFL, SIG_IGN
		return
	}
	oldHandler = action.handler
	action.handler = onBusAddress()
	sigactionOf(&action, nil)
}

func sigactionOf(new, old *sigaction) unix.Errno {
	_, _, errno := unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGBUS),
		uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), unsafe.Sizeof(new.mask), 0, 0)
	return errno
}

// onBusAddress is where the kernel is to call onBus. (A func value would lead to a wrapper that expects Go's registers.)
func onBusAddress() uintptr
