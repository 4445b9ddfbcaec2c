// Package attach opens what may not be there yet.
package attach

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/mmring/mmring/ring"
)

const (
	// lookAgain is how often to look for a ring that is not there: often enough to miss little, and no measurable load.
	lookAgain = 20 * time.Millisecond
	// halfMade is how long a file that is no ring may take to become one: it could be being written.
	halfMade = time.Second
)

// Wait opens a ring, in whatever way, as soon as it is there, until ctx is done.
func Wait[T any](ctx context.Context, open func() (T, error)) (none T, err error) {
	var odd time.Time // since when there is a file that is no ring
	for {
		c, err := open()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			odd = time.Time{}
		case errors.Is(err, ring.ErrNotRing):
			if odd.IsZero() {
				odd = time.Now()
			} else if time.Since(odd) > halfMade {
				return none, err
			}
		default:
			return c, err
		}
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}
