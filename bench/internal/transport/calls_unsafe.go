//go:build linux

package transport

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The sockets and pipes are driven by bare system calls, without Go's poller and scheduler in the way: what is measured is
// the kernel's part and nothing else. The thread is the driver's own, so blocking it harms nobody.

// Calls counts the system calls made here.
var Calls uint64

// again reports whether a call is to be repeated: it would have blocked on a descriptor that never sleeps, or a signal came.
func again(errno unix.Errno) bool { return errno == unix.EAGAIN || errno == unix.EINTR }

// call makes a system call on a descriptor, again and again while there is nothing to do.
func call(trap uintptr, fd int, p unsafe.Pointer, n int, flags uintptr) (int, error) {
	for miss := 1; ; miss++ {
		Calls++
		r, _, errno := unix.RawSyscall6(trap, uintptr(fd), uintptr(p), uintptr(n), flags, 0, 0)
		switch {
		case errno == 0:
			return int(r), nil
		case !again(errno):
			return 0, errno
		case miss%1024 == 0:
			unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		}
	}
}

func read(fd int, p []byte) (int, error) {
	return call(unix.SYS_READ, fd, unsafe.Pointer(unsafe.SliceData(p)), len(p), 0)
}

func write(fd int, p []byte) (int, error) {
	return call(unix.SYS_WRITE, fd, unsafe.Pointer(unsafe.SliceData(p)), len(p), 0)
}

func writev(fd int, v []unix.Iovec) (int, error) {
	return call(unix.SYS_WRITEV, fd, unsafe.Pointer(unsafe.SliceData(v)), len(v), 0)
}

// mmsghdr is the kernel's struct mmsghdr.
type mmsghdr struct {
	header unix.Msghdr
	length uint32
}

func sendmmsg(fd int, v []mmsghdr) (int, error) {
	return call(unix.SYS_SENDMMSG, fd, unsafe.Pointer(unsafe.SliceData(v)), len(v), 0)
}

// recvmmsg waits for one message and takes those that are there with it.
func recvmmsg(fd int, v []mmsghdr) (int, error) {
	return call(unix.SYS_RECVMMSG, fd, unsafe.Pointer(unsafe.SliceData(v)), len(v), unix.MSG_WAITFORONE)
}

// iovec describes p. The caller keeps p alive.
func iovec(p []byte) (v unix.Iovec) {
	v.Base = unsafe.SliceData(p)
	v.SetLen(len(p))
	return v
}

// packet describes a message that is one piece, p, through v. The caller keeps both alive.
func packet(v *unix.Iovec, p []byte) (m mmsghdr) {
	*v = iovec(p)
	m.header.Iov = v
	m.header.SetIovlen(1)
	return m
}

// trim cuts off the first n bytes of what v describes.
func trim(v unix.Iovec, n int) unix.Iovec {
	return iovec(unsafe.Slice(v.Base, int(v.Len))[n:])
}
