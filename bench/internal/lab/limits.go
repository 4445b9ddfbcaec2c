//go:build linux

package lab

import (
	"context"
	"math"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/worker"
)

// probeFor is how long each half of a probe measures.
const probeFor = 30 * time.Millisecond

// probe measures the hardware's limits between two CPUs, with two processes of its own.
func probe(ctx context.Context, cpus []int) (l limit.Limit, err error) {
	memory, err := unix.MemfdCreate("mmring-bench-limit", unix.MFD_CLOEXEC)
	if err != nil {
		return l, err
	}
	file := os.NewFile(uintptr(memory), "limit")
	defer file.Close()
	if err := file.Truncate(limit.Size); err != nil {
		return l, err
	}
	t := newTeam(ctx, probeFor)
	defer t.disband()
	for party := range 2 {
		job := worker.Job{Kind: worker.Limit, Parties: []int{party}, CPU: cpus[party]}
		if err := t.hire(job, []*os.File{file}); err != nil {
			return l, err
		}
	}
	replies, err := t.run(0, probeFor)
	if err != nil {
		return l, err
	}
	return replies[0].Limit, nil
}

// moved is by which factor a limit may differ, from one side of a group of runs to the other, before they count as disturbed;
// strayed the same from the median of all probes.
// interrupted is how much of a probe's time may go to something else.
const (
	moved       = 1.25
	strayed     = 1.5
	interrupted = 0.15
)

// disturbed says whether the machine changed around a group of runs.
func disturbed(before, after, usual limit.Limit) bool {
	return max(before.Interrupted, after.Interrupted) > interrupted ||
		apart(before, after, moved) || apart(before, usual, strayed) || apart(after, usual, strayed)
}

func apart(a, b limit.Limit, factor float64) bool {
	far := func(x, y float64) bool { return math.Abs(math.Log(x/y)) > math.Log(factor) }
	return far(a.RoundTrip, b.RoundTrip) || far(a.Lines, b.Lines)
}

// usual is the median of all probes.
func usual(probes []result.Probe) limit.Limit {
	if len(probes) == 0 {
		return limit.Limit{}
	}
	var trips, lines []float64
	for _, p := range probes {
		trips, lines = append(trips, p.RoundTrip), append(lines, p.Lines)
	}
	return limit.Limit{RoundTrip: stats.Summarize(trips).Median, Lines: stats.Summarize(lines).Median}
}
