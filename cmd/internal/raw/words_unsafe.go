package raw

import (
	"sync/atomic"
	"unsafe"
)

// word64 loads the 8-byte word at offset off, rounded down to a multiple of 8, by one access. The memory starts page-aligned and its
// length is a multiple of 8. Out of bounds it panics, as indexing does.
func word64(mem []byte, off uint64) uint64 {
	return atomic.LoadUint64((*uint64)(unsafe.Pointer(&mem[off&^7])))
}

// word32 is word64 for 4 bytes.
func word32(mem []byte, off uint64) uint32 {
	return atomic.LoadUint32((*uint32)(unsafe.Pointer(&mem[off&^3])))
}
