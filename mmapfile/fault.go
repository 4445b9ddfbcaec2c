package mmapfile

import (
	"fmt"
	"sync/atomic"
)

// faults is stored by the signal handler alone.
var faults uint32

// Faults counts how often this process has touched memory of its mappings that was
// not there: the file was cut off below it, or cannot be read. Who compares it with
// what it was before needs to ask no mapping for its Err while nothing has happened.
func Faults() uint32 { return atomic.LoadUint32(&faults) }

// Err returns nil as long as all that was read and written through the mapping was
// the file's. Once memory was touched that is not there, the mapping is lost: all of
// it is memory of this process alone, zero to begin with. Err then wraps ErrTruncated,
// with both sizes, when f, the file that was mapped, is shorter than what is mapped;
// else ErrFault, for an I/O or memory error. Call it before Unmap.
func (m *Mapping) Err(f *File) error {
	if !m.lost() {
		return nil
	}
	size, err := f.Size()
	switch {
	case err != nil:
		return opError("access", f.label, fmt.Errorf("%w; size unknown: %w", ErrFault, err))
	case size < m.fileLen:
		return opError("access", f.label, fmt.Errorf("%d bytes, %d mapped: %w", size, m.fileLen, ErrTruncated))
	}
	return opError("access", f.label, fmt.Errorf("%w: an I/O or memory error, or the file was cut off for a while", ErrFault))
}

func (m *Mapping) lost() bool { return m.region != nil && atomic.LoadUint32(&m.region.faults) != 0 }

// region is a mapping as the signal handler knows it. Once made it stays, and is used again for another.
type region struct {
	next    *region
	version uintptr // odd while the rest changes
	base    uintptr
	size    uintptr // 0: unused
	prot    uintptr
	faults  uint32
}
