//go:build (race || !(amd64 || arm64)) && !stepping

package ring

import (
	"runtime"
	"sync/atomic"
)

// Under the race detector, and on CPUs without a port of their own, every shared word is accessed atomically.

func storePlain64(p *uint64, v uint64)   { atomic.StoreUint64(p, v) }
func storeRelease64(p *uint64, v uint64) { atomic.StoreUint64(p, v) }
func storeRelease32(p *uint32, v uint32) { atomic.StoreUint32(p, v) }
func storeFence64(p *uint64, v uint64)   { atomic.SwapUint64(p, v) }
func storeFence32(p *uint32, v uint32)   { atomic.SwapUint32(p, v) }

var scratch uint32 // of this process alone

func fullFence() { atomic.AddUint32(&scratch, 0) }
func loadFence() { fullFence() }

func pause(uint32) { runtime.Gosched() }

const prefetchTakes = false

func prefetchLines(*uint64, uint64) {}

func prefetchLine(*uint64) {}
