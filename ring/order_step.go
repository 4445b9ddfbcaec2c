//go:build stepping

package ring

import "sync/atomic"

// Built with -tags stepping, every access to a shared word is a step, before which a test may let another party act, or end the
// one that takes it. Everything runs on one thread, so what happens follows from the test alone. See step_test.go.

// onStep is called before each step; nil: nobody looks.
var onStep func()

func step() {
	if onStep != nil {
		onStep()
	}
}

func storePlain64(p *uint64, v uint64)   { step(); *p = v }
func storeRelease64(p *uint64, v uint64) { step(); atomic.StoreUint64(p, v) }
func storeRelease32(p *uint32, v uint32) { step(); atomic.StoreUint32(p, v) }
func storeFence64(p *uint64, v uint64)   { step(); atomic.StoreUint64(p, v) }
func storeFence32(p *uint32, v uint32)   { step(); atomic.StoreUint32(p, v) }

func loadAcquire64(p *uint64) uint64 { step(); return atomic.LoadUint64(p) }
func loadAcquire32(p *uint32) uint32 { step(); return atomic.LoadUint32(p) }

func swapIf64(p *uint64, old, new uint64) bool {
	step()
	return atomic.CompareAndSwapUint64(p, old, new)
}

func fullFence() { step() }
func loadFence() { step() }

func pause(uint32) {}

// A copy is two: what it leads to may be torn between them.
func copyIn(dst, src []byte)           { copyStepping(dst, src) }
func copySmall(dst memory, src []byte) { copyStepping(dst.bytes(0, uint64(len(src))), src) }
func copyOut(dst, src []byte)          { copyStepping(dst, src) }
func copyUnsure(dst, src []byte)       { copyStepping(dst, src) }
func copyRecords(dst, src []byte)      { copyStepping(dst, src) }

func copyStepping(dst, src []byte) {
	half := len(src) / 2 &^ 7
	step()
	copy(dst[:half], src[:half])
	step()
	copy(dst[half:], src[half:])
}

const prefetchTakes = false

func prefetchLines(*uint64, uint64) {}

func prefetchLine(*uint64) {}
