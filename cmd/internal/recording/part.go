package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Part is what lies from one place of a recording up to another, which is not in it. A place that is none leaves its side open.
type Part struct{ From, To Place }

// EmptyPartError says that no message lies in a part of a recording that has some, and what it has.
type EmptyPartError struct {
	First, Last uint64 // seq
	Lasted      time.Duration
}

func (e *EmptyPartError) Error() string {
	return fmt.Sprintf("no message lies in that part; the recording has the numbers %d to %d, received within %v", e.First, e.Last, e.Lasted)
}

var errNoMessages = errors.New("there is no message in the recording, and so no part of one; leave out --from and --to, or choose another")

// Select leaves only a part of the recording, and moves on to its first message, which may take as long as reading up to there. It is to be
// called before Next. It fails with an *EmptyPartError, and as Next does.
func (r *Reader) Select(ctx context.Context, p Part) error {
	if p == (Part{}) {
		return nil
	}
	if r.first == nil {
		return errNoMessages
	}
	begin := *r.first
	from, to := p.From.Since(begin.Time), p.To.Since(begin.Time)
	r.skipBefore(from.Time())
	for over := false; ctx.Err() == nil; {
		m, err := r.Next()
		switch {
		case err == io.EOF:
			return &EmptyPartError{begin.Seq, r.next - 1, time.Duration(r.latest - begin.Time)}
		case err != nil:
			return err
		case over:
		case to.Reached(m):
			over = true
			r.skipBefore(math.MaxUint64) // all that is left to find out is how far the recording goes
		case !from.Given() || from.Reached(m):
			r.first, r.to = m, to
			return nil
		}
	}
	return ctx.Err()
}
