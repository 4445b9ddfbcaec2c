//go:build !stepping

package ring

import "sync/atomic"

// Every CPU's atomic load acquires, and its compare-and-swap acquires and releases: these need no file for each.

func loadAcquire64(p *uint64) uint64 { return atomic.LoadUint64(p) }
func loadAcquire32(p *uint32) uint32 { return atomic.LoadUint32(p) }

// swapIf64 stores new if the word still is old, and reports whether it was.
func swapIf64(p *uint64, old, new uint64) bool { return atomic.CompareAndSwapUint64(p, old, new) }
