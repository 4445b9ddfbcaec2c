//go:build !linux

package soak

// Not reached: there are no rings on these systems.
func now() int64 { return 0 }
