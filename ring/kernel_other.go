//go:build !linux

package ring

import "time"

// Nothing here is reached: no file can be mapped on these systems, so no ring exists. See mmapfile.

func registerBarrier() bool                    { return false }
func barrier() bool                            { return false }
func yieldCPU()                                {}
func bootID() (id [16]byte)                    { return id }
func monotonic() time.Duration                 { return 0 }
func futexWait(*uint32, uint32, time.Duration) {}
func futexWake(*uint32)                        {}
