package ring

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// Every call that waits has a form that gives up with a context. Does giving up lose, repeat or leave anything behind: of the call's own
// message, of a batch that was open before it, or of what comes after?
func TestCancellationLosesNothing(t *testing.T) {
	for name, try := range map[string]func(ctx context.Context, p *Producer, m []byte) error{
		"PublishContext": func(ctx context.Context, p *Producer, m []byte) error { return p.PublishContext(ctx, 0, m) },
		"AppendContext":  func(ctx context.Context, p *Producer, m []byte) error { return p.AppendContext(ctx, 0, m) },
		"ClaimContext": func(ctx context.Context, p *Producer, m []byte) error {
			b, err := p.ClaimContext(ctx, len(m))
			if err == nil {
				copy(b, m)
				err = p.Commit(0, len(m))
			}
			return err
		},
	} {
		for _, wait := range []Wait{Adaptive, Spin, Sleep} {
			t.Run(fmt.Sprint(name, "/wait=", wait), func(t *testing.T) { givesUp(t, wait, try) })
		}
	}
}

func givesUp(t *testing.T, wait Wait, try func(context.Context, *Producer, []byte) error) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(wait), h.consumer(ConsumerOptions{Lossless: true})
	var got, sent []string
	message := func() []byte { return fmt.Appendf(nil, "%0500d", len(sent)) } // too large for what full leaves
	for range 20 {
		check(t, p.Append(0, nil)) // a batch, open when the wait begins
		sent = append(sent, "")
		for range full(t, p) {
			sent = append(sent, "filler")
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- try(ctx, p, message()) }()
		inCall(&p.calls)
		cancel()
		want(t, <-done, context.Canceled)
		got = append(got, texts(t, c)...)
		check(t, try(ctx, p, message())) // there is room now: no need to wait, no need to give up
		sent = append(sent, string(message()))
		check(t, p.Flush())
		got = append(got, texts(t, c)...)
	}
	equal(t, "messages", fmt.Sprint(got), fmt.Sprint(sent))
}

// Do All and WaitConsumers give up, All having lost nothing?
func TestIterationGivesUp(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Adaptive), h.consumer(ConsumerOptions{Wait: Sleep})
	for i := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			for _, err := range c.All(ctx) {
				done <- err
			}
			close(done)
		}()
		asleep(c)
		cancel()
		want(t, <-done, context.Canceled)
		if err, more := <-done; more {
			t.Errorf("it goes on with %v", err)
		}
		publishTexts(t, p, fmt.Sprint(i))
		equal(t, "messages", fmt.Sprint(texts(t, c)), fmt.Sprint([]int{i}))
		want(t, p.WaitConsumers(ctx, 5), context.Canceled, "5 consumers, 1 attached")
	}
}

// Does a call without a context wait like one that nobody cancels? If it panicked in the middle, the Close of a deferred call would wait for its end for good.
func TestNoContext(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Wait: Sleep})
	var none context.Context
	_, err := c.NextWithin(none, time.Millisecond)
	want(t, err, ErrEmpty)
	check(t, p.PublishContext(none, 1, []byte("a")))
	m, err := c.Next(none)
	check(t, err)
	equal(t, "payload", string(m.Payload), "a")
	check(t, errors.Join(p.Close(), c.Close()))
}
