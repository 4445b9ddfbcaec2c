package ringgroup

import "unsafe"

// The layout as the compiler sees it.
var (
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.ringID)-0x10]
	_ = [1]struct{}{}[unsafe.Offsetof(identity{}.slots)-0x1c]
	_ = [1]struct{}{}[unsafe.Sizeof(identity{})-0x30]
	_ = [1]struct{}{}[unsafe.Offsetof(seat{}.lost)-0x28]
	_ = [1]struct{}{}[unsafe.Sizeof(seat{})-seatSize]
)

// overlay is n structs or words of the layout at offset off of mem, which is page-aligned. Out of bounds it panics.
func overlay[T identity | seat | uint64](mem []byte, off int64, n int) []T {
	var t T
	bytes := mem[off : off+int64(n)*int64(unsafe.Sizeof(t))]
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(bytes))), n)
}
