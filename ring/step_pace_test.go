//go:build stepping

package ring

import "testing"

// Is a look whose loads take long a slow one, and the hold-off after it a long one?
func TestStepLookWhoseLoadsTakeLong(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	look := func() {
		publishTexts(t, p, "a", "b", "c", "d", "e", "f", "g", "h", "i")
		for range 9 {
			_, err := c.TryNext()
			check(t, err)
		}
	}
	c.pace = pace{streaming: true, caughtUp: true}
	steps(look, func(int) {
		for began := clock(); clock()-began < 10*slowLook; {
		}
	})
	equal(t, "slow", c.pace.slow, true)
	look()
	equal(t, "hold-off", c.pace.until-c.pace.looked, longPause)
}
