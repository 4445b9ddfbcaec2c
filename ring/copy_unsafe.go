package ring

import "unsafe"

// shortest and longest are the sizes, in bytes, that copyShort is for.
const (
	shortest = 16
	longest  = 128
)

// piece is how many bytes of a large payload are copied at a time.
const piece = 256 << 10

// copyShort is copy for two slices of the same short length. It is inlined: around a call everything is saved and restored, and to a
// producer each of those stores costs as much as one into the ring, because they all queue for the cache (docs/performance.md).
// The last 16 bytes are copied together, whether or not some of them were copied already.
func copyShort(dst, src []byte) {
	type block = [16]byte
	d, s, last := unsafe.Pointer(unsafe.SliceData(dst)), unsafe.Pointer(unsafe.SliceData(src)), uintptr(len(src)-16)
	for at := uintptr(0); at < last; at += 16 {
		*(*block)(unsafe.Add(d, at)) = *(*block)(unsafe.Add(s, at))
	}
	*(*block)(unsafe.Add(d, last)) = *(*block)(unsafe.Add(s, last))
}
