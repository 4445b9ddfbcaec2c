package mmapfile

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// addresses bounds the addresses at which this process has, or had, a Mapping.
var addresses struct {
	sync.Mutex   // of those who map
	from, before atomic.Uintptr
}

// MayFault reports whether b lies among the addresses at which this process has mappings: touching it may then fault, if a
// file was truncated. It says so of other memory in between, too, but never no of a Mapping's. It takes a nanosecond at most.
func MayFault(b []byte) bool {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	return at < addresses.before.Load() && at >= addresses.from.Load()
}

// note makes MayFault know the mapping. It comes before anybody has its bytes.
func (m *Mapping) note() {
	addresses.Lock()
	defer addresses.Unlock()
	if from := addresses.from.Load(); from == 0 || m.base < from {
		addresses.from.Store(m.base)
	}
	addresses.before.Store(max(addresses.before.Load(), m.base+uintptr(len(m.mem))))
}
