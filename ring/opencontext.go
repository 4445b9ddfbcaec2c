package ring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// openLook is how often to look for a ring that is not there: often enough to miss little, and no measurable load.
const openLook = 20 * time.Millisecond

// OpenContext is Open that waits for the ring to be made, until ctx is done: its error then wraps that of ctx and fs.ErrNotExist.
// All other errors of Open end the wait.
func OpenContext(ctx context.Context, path string, o ConsumerOptions) (*Consumer, error) {
	for {
		c, err := Open(path, o)
		if !errors.Is(err, fs.ErrNotExist) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(openLook):
		}
	}
}

// OpenContextOf is OpenContext for messages of type T.
func OpenContextOf[T any](ctx context.Context, path string, o ConsumerOptions) (*ConsumerOf[T], error) {
	return typedConsumer[T](&o, func() (*Consumer, error) { return OpenContext(ctx, path, o) })
}
