//go:build linux

package lab

import (
	"errors"
	"time"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/stats"
)

// run makes one run of a cell. A cell that fails says why, and is not tried again; the others go on.
func (l *lab) run(r *result.Row, round int) {
	if r.Transport == Bare || r.Failure != "" {
		return
	}
	v, h, err := l.figures(r.Cell, 0)
	if err == nil && r.Scenario == result.Cost {
		l.countCalls(r, v)
	}
	switch {
	case l.ctx.Err() != nil:
	case errors.Is(err, errNothing) && round+1 < l.Runs:
	case err != nil:
		r.Failure = err.Error()
	default:
		l.keep(r, v, h)
	}
}

func (l *lab) figures(c result.Cell, event uint64) (result.Values, *stats.Histogram, error) {
	s := l.setting
	s.event = event
	links, err := measure(l.ctx, c, s)
	if err != nil {
		return nil, nil, err
	}
	return values(c, links)
}

// countCalls lets the kernel count the system calls, if it may, in a run of its own because that slows them down; once, since the
// count hardly varies. Otherwise those count that the transport makes itself.
func (l *lab) countCalls(r *result.Row, v result.Values) {
	event := l.traced()
	if event == 0 {
		return
	}
	delete(v, result.Calls)
	if len(r.Runs) > 0 {
		return
	}
	if counted, _, err := l.figures(r.Cell, event); err == nil {
		v[result.Calls] = counted[result.Calls]
	}
}

func (l *lab) keep(r *result.Row, v result.Values, h *stats.Histogram) {
	r.Runs = append(r.Runs, result.Run{Values: v, Probe: len(l.file.Probes) - 1})
	switch {
	case h == nil:
	case r.Histogram == nil:
		r.Histogram = h
	default:
		r.Histogram.Merge(h)
	}
}

// finish draws the conclusions that need all runs: ratios to the limits, which runs were disturbed, the curves.
func (l *lab) finish() {
	f := l.file
	f.Took = time.Since(l.began)
	f.Limit = usual(f.Probes)
	for _, r := range f.Rows {
		if len(r.Runs) == 0 && r.Failure == "" && r.Transport != Bare {
			r.Failure = "not measured"
		}
		for i := range r.Runs {
			l.judge(r, &r.Runs[i])
		}
		if r.Transport == Bare && len(f.Probes) > 0 {
			r.Runs = bare(r.Size, f.Probes)
		}
		r.Curve = curve(r.Histogram)
	}
}

// judge compares a run with the limits right before and after it.
func (l *lab) judge(r *result.Row, run *result.Run) {
	p := l.file.Probes
	if run.Probe < 0 || run.Probe+1 >= len(p) {
		return
	}
	before, after := p[run.Probe].Limit, p[run.Probe+1].Limit
	run.Disturbed = disturbed(before, after, l.file.Limit)
	ofLimit(r.Cell, run.Values, limit.Limit{
		RoundTrip: (before.RoundTrip + after.RoundTrip) / 2, Lines: (before.Lines + after.Lines) / 2,
	})
}

// bare is what a message of so many bytes takes at the least: half a round trip of a line, and the other lines behind it.
func bare(size int, probes []result.Probe) (runs []result.Run) {
	for i, p := range probes {
		others := float64(size-1) / 64
		ns := p.RoundTrip/2 + float64(int(others))/p.Lines*1e9
		runs = append(runs, result.Run{Values: result.Values{result.OneWay: ns}, Probe: i})
	}
	return runs
}

// curve picks points of the distribution that show its tail.
func curve(h *stats.Histogram) (points []result.Point) {
	if h == nil || h.Count() == 0 {
		return nil
	}
	for _, share := range []float64{0, .1, .25, .5, .75, .9, .95, .98, .99, .995, .998, .999, .9995, .9998, .9999, .99999} {
		if share == 0 || (1-share)*float64(h.Count()) >= 1 {
			points = append(points, result.Point{Share: share, Latency: h.Quantile(share)})
		}
	}
	return append(points, result.Point{Share: 1, Latency: h.Max()})
}
