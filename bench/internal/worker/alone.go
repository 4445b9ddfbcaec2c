//go:build linux

package worker

import (
	"fmt"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/transport"
)

// alone repeats what one thread does by itself, and returns the typical time of it.
func alone(job *Job, s Schedule) (o Outcome, err error) {
	prepare := transport.Alone[job.Transport]
	if prepare == nil {
		return o, fmt.Errorf("no rung named %q", job.Transport)
	}
	operation, err := prepare(job.Shape.Size)
	if err != nil {
		return o, err
	}
	var runs []float64 // nanoseconds of an operation in each
	n := int64(1)
	for now := clock.Now(); now < s.To || len(runs) == 0; { // one at least, though this process stood still for the whole time
		began := now
		for range n {
			if err := operation(); err != nil {
				return o, err
			}
		}
		now = clock.Now()
		if began >= s.From {
			runs = append(runs, float64(now-began)/float64(n))
		}
		n = max(runFor*n/max(now-began, 1), 1)
	}
	o.Typical = stats.Summarize(runs).Median
	return o, nil
}
