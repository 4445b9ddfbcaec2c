package ringgroup

import (
	"context"
	"math"
	"time"

	"github.com/mmring/mmring/ring"
)

// idle passes the time until there is a new message. While others have unfinished messages it looks now and then what became of them.
func (m *Member) idle(ctx context.Context) (*Message, error) {
	if err := m.settle(); err != nil {
		return nil, err
	}
	atMost := time.Duration(math.MaxInt64)
	if m.low != m.cursor {
		if message, _, err := m.inheritOne(); message != nil || err != nil || m.lost > 0 {
			return message, err
		}
		atMost = m.nap.next()
	}
	if !m.waits {
		return nil, ring.ErrEmpty
	}
	message, err := m.consumer.NextWithin(ctx, atMost)
	if err == ring.ErrEmpty {
		return nil, nil
	}
	return m.fetched(ctx, message, err)
}

// ownCrowd is the error of a member that stands in its own way: an unfinished message of its own has the word of the next one.
func (m *Member) ownCrowd() error {
	if m.load(m.cursor).slot() == m.slot {
		return ErrUnfinished
	}
	return nil
}

// awaitOthers passes some time, because this member can go on only when others have finished what they have. If nobody else
// has anything, and end is not nil, it returns that.
func (m *Member) awaitOthers(ctx context.Context, end error) (*Message, error) {
	if err := m.settle(); err != nil {
		return nil, err
	}
	message, others, err := m.inheritOne()
	switch {
	case message != nil || err != nil || m.lost > 0:
		return message, err
	case end == ErrUnfinished, end != nil && !others:
		return nil, end
	case !m.waits:
		return nil, ring.ErrEmpty
	}
	timer := time.NewTimer(m.nap.next())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// nap is how long to sleep when only others can bring this member on. It doubles, so that what they have done in the meantime is
// noticed after as long again as it took, and that they died, a few times a second.
type nap time.Duration

const (
	firstNap = 50 * time.Microsecond
	lastNap  = 50 * time.Millisecond
)

func (n *nap) next() time.Duration {
	*n = nap(min(max(firstNap, 2*time.Duration(*n)), lastNap))
	return time.Duration(*n)
}
