//go:build !linux

package ring

import "time"

// Nothing here is reached: no file can be mapped on these systems, so no ring exists. See mmapfile.

func registerBarrier() bool                    { return false }
func barrier() bool                            { return false }
func yieldCPU()                                {}
func bootID() (id [16]byte)                    { return id }
func futexWait(*uint32, uint32, time.Duration) {}
func futexWake(*uint32)                        {}

type futexWaiter struct{}

func newFutexWaiter(*uint32, uint32) futexWaiter     { return futexWaiter{} }
func futexWaitAny([]futexWaiter, time.Duration) bool { return false }
