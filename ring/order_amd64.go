//go:build amd64 && !race && !stepping

package ring

import (
	"sync/atomic"

	"github.com/klauspost/cpuid/v2"
)

// On amd64 every load acquires and every store releases, so a release store is a MOV: the compiler keeps stores
// in program order, and sync/atomic would make it an XCHG, which costs as much as the rest of Publish
// (docs/adr/0002). Stores that must also come before later accesses use storeFence.

func storePlain64(p *uint64, v uint64)   { *p = v }
func storeRelease64(p *uint64, v uint64) { *p = v }
func storeRelease32(p *uint32, v uint32) { *p = v }

// storeFence stores v before every later load and store of this thread, non-temporal stores included (XCHG).
func storeFence64(p *uint64, v uint64) { atomic.StoreUint64(p, v) }
func storeFence32(p *uint32, v uint32) { atomic.StoreUint32(p, v) }

// loadFence keeps earlier loads, plain ones too, before later ones. amd64 does not reorder loads.
func loadFence() {}

// pause tells the CPU that this is a spinning loop, n times.
//
//go:noescape
func pause(n uint32)

var scratch uint32

// fullFence keeps everything before it before everything after it.
func fullFence() { atomic.SwapUint32(&scratch, 0) }

// prefetchTakes: a prefetch for writing takes a line that other cores have. On Zen 3 and Zen 5 it does; on Zen 4 it leaves a shared line
// shared (docs/adr/0008). Others were not measured.
var prefetchTakes = takesLines(cpuid.CPU.VendorID, cpuid.CPU.Family, cpuid.CPU.Model)

// takesLines knows Zen 5 by its family, 0x1a, and Zen 3 by the models of family 0x19 that are not Zen 4's: those from 0x10 and from 0x60 on
// (as Linux tells them apart, in arch/x86/kernel/cpu/amd.c).
func takesLines(vendor cpuid.Vendor, family, model int) bool {
	zen4 := family == 0x19 && (model&^0xf == 0x10 || model >= 0x60)
	return vendor == cpuid.AMD && family >= 0x19 && !zen4
}

// prefetchLines prefetches that many lines for writing, the first of them p's (PREFETCHW).
//
//go:noescape
func prefetchLines(p *uint64, lines uint64)

// prefetchLine asks for p's line, for reading, and waits for nothing (PREFETCHT0).
//
//go:noescape
func prefetchLine(p *uint64)
