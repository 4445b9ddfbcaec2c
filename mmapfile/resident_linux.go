package mmapfile

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Prefault brings all pages into memory and into the page tables, so that later
// touches do not stop for that: for writing too if the mapping is writable and
// the kernel can (5.14). It changes no byte and may run while others use the
// memory. A truncated file is an error here, not a fault.
func (m *Mapping) Prefault() error {
	advice := unix.MADV_POPULATE_READ
	if m.writable {
		advice = unix.MADV_POPULATE_WRITE
	}
	if m.gone.Load() {
		return opError("prefault", "mapping", os.ErrClosed)
	}
	err := again(func() error { return unix.Madvise(m.mem, advice) })
	if err == unix.EINVAL { // a kernel before 5.14
		err = m.touch()
	}
	if err == unix.EFAULT {
		err = fmt.Errorf("%w (%w)", ErrFault, err)
	}
	return opError("prefault", "mapping", err)
}

// Sync writes changed pages to the file's storage and returns when they are
// there. Other processes see changes without it.
func (m *Mapping) Sync() error {
	if m.gone.Load() {
		return opError("sync", "mapping", os.ErrClosed)
	}
	return opError("sync", "mapping", again(func() error { return unix.Msync(m.mem[:m.fileLen], unix.MS_SYNC) }))
}

// touch reads a byte of every page.
func (m *Mapping) touch() error {
	readPages(m.mem, os.Getpagesize())
	if m.lost() {
		return ErrFault
	}
	return nil
}

// readPages loads a byte of every page. The sum keeps the loads from being
// optimised away.
//
//go:noinline
func readPages(mem []byte, page int) (sum byte) {
	for i := 0; i < len(mem); i += page {
		sum += mem[i]
	}
	return sum
}
