package ring

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	shown, err := c.View(100, func(m *Message) error { return nil })
	equal(t, "shown", shown, 0)
	want(t, err, ErrDemoted)
}

// Does a View that waits show what it waited for where it lies, end with the stream, and lose nothing when it is cancelled or
// somebody closes the consumer?
func TestViewContext(t *testing.T) {
	for _, wait := range []Wait{Adaptive, Spin, Sleep} {
		h := newHeapRing(t, Options{Capacity: 4096})
		p := h.producer(Adaptive)
		c := h.consumer(ConsumerOptions{Lossless: true, Wait: wait})
		viewing := func(ctx context.Context, shown *[]string) chan error {
			done := make(chan error, 1)
			go func() {
				_, err := c.ViewContext(ctx, 10, func(m *Message) error {
					if len(m.Payload) > 0 && &m.Payload[0] != &c.payload(c.head, 1)[0] {
						t.Error("it was copied")
					}
					*shown = append(*shown, string(m.Payload))
					return nil
				})
				done <- err
			}()
			return done
		}
		var shown []string
		for i := range 50 {
			ctx, cancel := context.WithCancel(t.Context())
			done := viewing(ctx, &shown)
			inCall(&c.calls)
			cancel()
			want(t, <-done, context.Canceled)
			done = viewing(patient(t), &shown)
			inCall(&c.calls)
			publishTexts(t, p, fmt.Sprint(i))
			check(t, <-done)
		}
		for i, text := range shown {
			equal(t, "shown", text, fmt.Sprint(i))
		}
		equal(t, "messages shown", len(shown), 50)
		p.finish()
		want(t, <-viewing(patient(t), &shown), io.EOF)
		p.storeClosed(0) // resumed
		done := viewing(patient(t), &shown)
		inCall(&c.calls)
		h.close(c)
		want(t, <-done, ErrClosed)
	}
	_, err := newHeapRing(t, Options{}).consumer(ConsumerOptions{}).ViewContext(t.Context(), 1, nil)
	want(t, err, errNoViews)
}

// Is a message of a run that was looked at, but not shown, still to come: after an error of fn, and after a panic?
func TestViewStopsInARun(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 64 << 10})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	for i := range 40 {
		check(t, p.Publish(0, []byte{byte(i)}))
	}
	stop := errors.New("stop")
	var next uint64
	see := func(m *Message) error {
		equal(t, "shown", m.Seq, next)
		switch next {
		case 7: // the first of a run
			panic(stop)
		case 5:
			next++
			return stop
		}
		next++
		return nil
	}
	n, err := c.View(100, see)
	want(t, err, stop)
	equal(t, "shown until fn stopped it", n, 6)
	func() {
		defer func() { equal(t, "panic", recover(), any(stop)) }()
		c.View(100, see)
	}()
	equal(t, "received by then", c.Stats().Received, 7)
	m, err := c.Next(t.Context())
	check(t, err)
	equal(t, "copied after the panic", m.Seq, 7)
	equal(t, "its byte", m.Payload[0], 7)
}

// Does View leave the producer its cache lines in a stream, as other calls do?
func TestViewHoldsOff(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 64 << 10})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	view := func(messages int) {
		for range messages {
			check(t, p.Publish(0, nil))
		}
		n, err := c.View(messages, func(*Message) error { return nil })
		check(t, err)
		equal(t, "shown", n, messages)
	}
	for range firstTrial + 1 {
		equal(t, "holds off among single messages", c.pace.caughtUp, false)
		view(1)
	}
	equal(t, "tries whether this is a stream", c.pace.caughtUp, true)
	view(streamRun)
	equal(t, "it is", c.pace.streaming, true)
}
