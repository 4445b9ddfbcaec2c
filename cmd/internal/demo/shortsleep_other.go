//go:build !linux

package demo

import "time"

func shortSleep(d time.Duration) { time.Sleep(d) }
