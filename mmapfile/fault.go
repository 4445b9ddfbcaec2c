package mmapfile

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// FaultError says what a recovered panic means. If it is a memory fault inside
// this mapping it returns an error: ErrTruncated, with both sizes, when f, the
// file that was mapped, is shorter than what is mapped by now; else ErrFault, for
// an I/O or memory error or a write through a read-only mapping. For any other
// panic, and for nil, it returns nil: panic again with it.
//
// Faults are panics only in a goroutine that called debug.SetPanicOnFault(true).
// Call it before Unmap, in the function that recovered.
func (m *Mapping) FaultError(f *File, recovered any) error {
	fault, ok := recovered.(interface {
		runtime.Error
		Addr() uintptr
	})
	if !ok {
		return nil
	}
	off := fault.Addr() - m.base // unsigned: huge for an address below the mapping
	if off >= uintptr(len(m.mem)) {
		return nil
	}
	size, err := f.Size()
	switch {
	case err != nil:
		return opError("access", f.label, fmt.Errorf("at offset %d of the mapping: %w; size unknown: %w", off, ErrFault, err))
	case size < m.fileLen:
		return opError("access", f.label, fmt.Errorf("%d bytes, %d mapped: %w", size, m.fileLen, ErrTruncated))
	case !m.writable:
		return opError("access", f.label, fmt.Errorf(
			"%w at offset %d: an I/O or memory error, or a write through this read-only mapping", ErrFault, off))
	}
	return opError("access", f.label, fmt.Errorf("%w at offset %d: an I/O or memory error", ErrFault, off))
}

// Guard runs touch, which may use this mapping of f, and turns a fault inside it into the error of FaultError. Other
// panics pass.
func (m *Mapping) Guard(f *File, touch func()) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if err = m.FaultError(f, r); err == nil {
				panic(r)
			}
		}
	}()
	touch()
	return nil
}
