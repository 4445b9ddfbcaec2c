//go:build !linux

// Package nap sleeps for less than a millisecond.
package nap

import "time"

// For gives the CPU away for about the time given.
func For(d time.Duration) { time.Sleep(d) }
