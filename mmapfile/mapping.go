package mmapfile

import (
	"fmt"
	"sync/atomic"
)

// Mapping is shared memory: bytes of a file that this process sees as its own.
// It pins the description it was made of until Unmap; nothing unmaps it behind
// the caller's back. It is not inherited by fork and not written to core dumps.
//
// Touching it where the file is truncated below what is mapped, or cannot be read,
// does not end the process (on amd64 and arm64): the mapping is lost then, all of it
// turns into zeros of this process alone, and [Mapping.Err] says so. So whatever was
// read is to be believed only when Err still is nil after it.
type Mapping struct {
	mem      []byte
	base     uintptr // address of mem[0]
	fileLen  int64   // bytes of the file that are mapped; less than len(mem) with a mirror
	writable bool
	region   *region // as the signal handler knows it
	gone     atomic.Bool
}

// String says how much is mapped, and not what is in it.
func (m *Mapping) String() string { return fmt.Sprintf("%d bytes of mapped memory", len(m.mem)) }

// Bytes returns the memory. The slice, and all made of it, is valid until Unmap;
// touching it later faults, or hits what was mapped there since. Writing through
// a read-only mapping faults.
func (m *Mapping) Bytes() []byte { return m.mem }
