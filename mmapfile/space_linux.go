package mmapfile

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// reserve sets the size of a new file or memory and reserves its blocks.
func (f *File) reserve(size int64) error {
	err := f.withFD(func(fd int) error {
		available, inMemory := availableBytes(fd)
		lacking := &SpaceError{Path: f.label, Needed: uint64(size), Available: available}
		if inMemory && uint64(size) > available {
			return lacking // to try would be to take all memory there is
		}
		err := allocate(fd, size)
		if errors.Is(err, unix.ENOSPC) {
			return lacking
		}
		return opError("create", f.label, err)
	})
	if err == nil {
		f.size = size
	}
	return err
}

// allocate reserves blocks for [0, size). It goes in steps, for on some kernels a
// signal makes tmpfs undo the call: at a profiler's rate a large one never ends.
func allocate(fd int, size int64) error {
	const step = 4 << 20
	for off := int64(0); off < size; off += step {
		err := again(func() error { return unix.Fallocate(fd, 0, off, min(step, size-off)) })
		if err == unix.EOPNOTSUPP || err == unix.ENOSYS {
			return writeZeros(fd, off, size)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeZeros does for [off, size) what fallocate would, on filesystems that have
// none.
func writeZeros(fd int, off, size int64) error {
	zeros := make([]byte, min(1<<20, size-off))
	for off < size {
		var n int
		err := again(func() (err error) {
			n, err = unix.Pwrite(fd, zeros[:min(int64(len(zeros)), size-off)], off)
			return err
		})
		if err != nil {
			return err
		}
		off += int64(n)
	}
	return nil
}

// availableBytes returns how much fd's filesystem can still hold, and whether
// what it holds lies in memory, whose limit counts too. An unknown limit is
// given as the largest number.
func availableBytes(fd int) (available uint64, inMemory bool) {
	available = math.MaxUint64
	var st unix.Statfs_t
	if err := again(func() error { return unix.Fstatfs(fd, &st) }); err != nil {
		return available, false
	}
	if st.Blocks > 0 { // else without a limit of its own
		available = uint64(st.Bavail) * uint64(st.Bsize)
	}
	inMemory = uint32(st.Type) == unix.TMPFS_MAGIC || uint32(st.Type) == unix.RAMFS_MAGIC
	if inMemory {
		available = min(available, availableMemory())
	}
	return available, inMemory
}

// availableMemory returns how many bytes of memory and swap can be had.
func availableMemory() uint64 {
	const unknown = math.MaxUint64
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return unknown
	}
	var sum uint64
	for _, key := range []string{"MemAvailable:", "SwapFree:"} {
		_, rest, found := strings.Cut(string(text), key)
		var kib uint64
		if _, err := fmt.Sscan(rest, &kib); !found || err != nil {
			return unknown
		}
		sum += kib << 10
	}
	return sum
}
