package mmapfile

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// place reserves total bytes of addresses and maps the pieces of fd into them,
// so that no other mapping can come to lie in between.
func (m *Mapping) place(fd, total int, pieces []piece) error {
	prot := unix.PROT_READ
	if m.writable {
		prot |= unix.PROT_WRITE
	}
	base, err := unix.MmapPtr(-1, 0, nil, uintptr(total), unix.PROT_NONE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		_, err := unix.MmapPtr(fd, p.from, unsafe.Add(base, p.at), uintptr(p.length), prot, unix.MAP_SHARED|unix.MAP_FIXED)
		if err != nil {
			_ = unix.MunmapPtr(base, uintptr(total)) // cannot fail: the range is ours
			return err
		}
	}
	m.mem, m.base = unsafe.Slice((*byte)(base), total), uintptr(base)
	return nil
}

// Unmap gives the memory back and, if it was the last use of a closed
// description, releases its locks. Nobody may touch the bytes, or be in another
// method, any more. A second call does nothing.
func (m *Mapping) Unmap() error {
	if m.gone.Swap(true) {
		return nil
	}
	base, length := unsafe.Pointer(unsafe.SliceData(m.mem)), uintptr(len(m.mem))
	m.unregister()
	m.mem, m.base = nil, 0
	return opError("unmap", "mapping", unix.MunmapPtr(base, length))
}
