//go:build amd64 || arm64

package mmapfile

import (
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Touching mapped memory that its file no longer has raises SIGBUS. Go can make that a panic, for a goroutine that asks for it at
// every call and recovers from it in every one. Here the handler comes first instead: for memory of a mapping it puts
// memory of this process in the place of the whole mapping, counts, and lets the access go on. All other faults are for the handler that
// was there before, Go's, which never installs its own again.

// regions are all mappings, for onBus to look through.
var (
	regions   *region
	registers sync.Mutex
	install   = sync.OnceFunc(installHandler)
)

// oldHandler is who had SIGBUS before.
//
//lint:ignore U1000 onBus reads it
var oldHandler uintptr

// onBus is the signal handler, and not to be called.
//
//lint:ignore U1000 the kernel calls it
func onBus()

// register makes m's faults known to the handler. It comes before anybody has its bytes.
func (m *Mapping) register() {
	install()
	registers.Lock()
	defer registers.Unlock()
	r := regions
	for r != nil && r.size != 0 {
		r = r.next
	}
	if r == nil {
		r = &region{next: regions}
		storePointer(&regions, r)
	}
	prot := uintptr(unix.PROT_READ)
	if m.writable {
		prot |= unix.PROT_WRITE
	}
	r.become(m.base, uintptr(len(m.mem)), prot)
	m.region = r
}

// unregister comes before the addresses are somebody else's.
func (m *Mapping) unregister() {
	registers.Lock()
	defer registers.Unlock()
	m.region.become(0, 0, 0)
	m.region = nil
}

// become changes what the region is. Its version is odd meanwhile, and another one after.
func (r *region) become(base, size, prot uintptr) {
	atomic.AddUintptr(&r.version, 1)
	atomic.StoreUintptr(&r.base, base)
	atomic.StoreUintptr(&r.size, size)
	atomic.StoreUintptr(&r.prot, prot)
	atomic.StoreUint32(&r.faults, 0)
	atomic.AddUintptr(&r.version, 1)
}
