//go:build arm64 && !race && !stepping

package ring

import "sync/atomic"

// sync/atomic compiles to LDAR and STLR: ordered among themselves, but an earlier plain load may pass LDAR downwards
// and a later plain store may pass STLR upwards. The two fences below close exactly those gaps.

func storePlain64(p *uint64, v uint64)   { *p = v }
func storeRelease64(p *uint64, v uint64) { atomic.StoreUint64(p, v) }
func storeRelease32(p *uint32, v uint32) { atomic.StoreUint32(p, v) }

// storeFence stores v before every later load and store of this thread.
func storeFence64(p *uint64, v uint64) { atomic.StoreUint64(p, v); fullFence() }
func storeFence32(p *uint32, v uint32) { atomic.StoreUint32(p, v); fullFence() }

// fullFence is DMB ISH.
//
//go:noescape
func fullFence()

// loadFence is DMB ISHLD: earlier loads, plain ones too, come before all later accesses.
//
//go:noescape
func loadFence()

// pause tells the CPU that this is a spinning loop, n times.
//
//go:noescape
func pause(n uint32)

const prefetchTakes = false // not measured

func prefetchLines(*uint64, uint64) {}

func prefetchLine(*uint64) {}
