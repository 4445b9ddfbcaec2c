package ring

import (
	"errors"
	"testing"
	"time"
)

// Does View show what Poll would copy, where it may be used, and refuse where the bytes could change? (H25)
func TestH25View(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	c, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
	r := &reader{script: script{seed: 25, longest: uint64(p.MaxMessage())}}
	see := func(m *Message) error { return r.take(t, m, nil) }
	for seq := range uint64(1000) {
		publishScript(t, p, r.script, seq, seq+1)
		if seq%3 == 0 { // a call of another kind in between
			m, err := c.TryNext()
			check(t, r.take(t, m, err))
		}
		if n, err := c.View(100, see); err != nil && err != ErrEmpty || n > 3 {
			t.Fatalf("View: %d, %v", n, err)
		}
		texts2(t, lossy)
	}
	equal(t, "seen", r.next, 1000)
	publishTexts(t, p, "a", "b")
	stop := errors.New("stop")
	if n, err := c.View(2, func(*Message) error { return stop }); n != 1 || err != stop {
		t.Fatalf("stopped: %d, %v", n, err)
	}
	n, err := c.View(2, func(m *Message) error {
		if _, busy := c.Lag(); busy != ErrBusy {
			t.Errorf("a callback's call: %v", busy)
		}
		return nil
	})
	check(t, err)
	equal(t, "seen after the stop", n, 1)
	_, err = lossy.View(1, see)
	want(t, err, errNoViews)
	path = ringPath(t)
	produce(t, path, Options{StallDeadline: time.Second})
	_, err = consume(t, path, ConsumerOptions{Lossless: true}).View(1, see)
	want(t, err, errNoViews)
}

// Is a message that was overwritten under the viewer's eyes, because somebody edited the heads file, reported? (H25)
func TestH25OverwrittenView(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Lossless: true})
	check(t, p.Publish(0, []byte("looked at")))
	n, err := c.View(1, func(m *Message) error {
		c.heads.swapState(c.entry, c.state, stateNext(c.state, modeFree))
		lap(t, p)
		return nil
	})
	want(t, err, ErrCorrupt, "overwritten")
	equal(t, "seen", n, 1)
}

// Once a consumer has noticed that its gate is gone it shows no more: it tells.
func TestFoundViewAfterDemotion(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Lossless: true})
	for range 40 {
		check(t, p.Publish(0, make([]byte, 48)))
	}
	c.heads.swapState(c.entry, c.state, stateNext(c.state, modeFree))
	_, err := c.View(100, func(m *Message) error {
		if !c.gating {
			t.Errorf("message %d was shown without a gate", m.Seq)
		}
		return nil
	})
	want(t, err, ErrDemoted)
}
