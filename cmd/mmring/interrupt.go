package main

import (
	"context"
	"errors"
	"time"
)

// lastMoment is how long work may take to end by itself after an interrupt. It may be stuck in a read or a write that nothing ends.
const lastMoment = 300 * time.Millisecond

// untilInterrupted runs work until it ends or ctx is done. Then stop, if there is one, is called, and work left to itself if it
// does not end. An interrupt is no failure.
func untilInterrupted(ctx context.Context, stop func(), work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return ignoreInterrupt(ctx, err)
	case <-ctx.Done():
	}
	if stop != nil {
		stop()
	}
	select {
	case err := <-done:
		return ignoreInterrupt(ctx, err)
	case <-time.After(lastMoment):
		return nil
	}
}

func ignoreInterrupt(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}
