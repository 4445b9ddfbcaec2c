//go:build linux

package limit

import "unsafe"

const (
	page     = 4096
	capacity = 1 << 20
	// Size is how many shared bytes the probe needs.
	Size = page + capacity
)

// line is a cache line of shared memory.
type line [8]uint64

// shared is the probe's memory: counters, each far from the others, and the ring.
type shared struct {
	ping, pong, tail, head *uint64
	ring                   *[capacity / 64]line
}

// view lays the probe's structure over shared bytes, which must be zero and page-aligned.
func view(memory []byte) *shared {
	word := func(at int) *uint64 { return (*uint64)(unsafe.Pointer(&memory[at])) }
	return &shared{
		ping: word(0), pong: word(256), tail: word(512), head: word(1024),
		ring: (*[capacity / 64]line)(unsafe.Pointer(unsafe.SliceData(memory[page : page+capacity]))),
	}
}
