package mmapfile

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// lowest is the lowest address at which this process has, or had, a Mapping. Systems put mappings high, and Go its own memory below them.
var (
	lowest   atomic.Uintptr
	lowering sync.Mutex
)

func init() { lowest.Store(^uintptr(0)) }

// MayFault reports whether b lies where this process has mappings, so that touching it may fault if a file was truncated. It
// says so of some other memory, too, but never no of a Mapping's. It takes a fraction of a nanosecond.
func MayFault(b []byte) bool { return uintptr(unsafe.Pointer(unsafe.SliceData(b))) >= lowest.Load() }

// note makes MayFault know the mapping. It comes before anybody has its bytes.
func (m *Mapping) note() {
	lowering.Lock()
	defer lowering.Unlock()
	lowest.Store(min(lowest.Load(), m.base))
}
