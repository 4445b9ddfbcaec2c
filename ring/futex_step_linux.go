//go:build stepping

package ring

import "time"

// onSleep is told of whoever would sleep now, and onWake of whoever wakes: in this build nobody sleeps.
var (
	onSleep func(addr *uint32, value uint32)
	onWake  func(addr *uint32)
)

func futexWait(addr *uint32, value uint32, _ time.Duration) {
	if onSleep != nil {
		onSleep(addr, value)
	}
}

func futexWake(addr *uint32) {
	if onWake != nil {
		onWake(addr)
	}
}
