package ring

import "unsafe"

// shortest and longest are the sizes, in bytes, that copyShort is for.
const (
	shortest = 16
	longest  = 128
)

// piece is how many bytes of a large payload are copied at a time.
const piece = 256 << 10

// copyShort copies so many bytes, from shortest to longest. It is inlined: around a call everything is saved and restored, and to a
// producer each of those stores costs as much as one into the ring, because they all queue for the cache (docs/performance.md).
// The last 16 bytes are copied together, whether or not some of them were copied already.
func copyShort(dst, src memory, n uint64) {
	type block = [16]byte
	last := n - 16
	for at := uint64(0); at < last; at += 16 {
		*(*block)(unsafe.Add(dst.base, at)) = *(*block)(unsafe.Add(src.base, at))
	}
	*(*block)(unsafe.Add(dst.base, last)) = *(*block)(unsafe.Add(src.base, last))
}
