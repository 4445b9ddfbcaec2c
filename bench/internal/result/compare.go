//go:build linux

package result

import (
	"fmt"
	"math"

	"github.com/mmring/mmring/bench/internal/stats"
)

// Difference is a figure that changed beyond noise.
type Difference struct {
	Cell          Cell
	Metric        Metric
	Before, After stats.Summary
	Change        float64 // relative
	Better        bool
}

// Comparison is what changed from one file to another.
type Comparison struct {
	Differences []Difference
	Compared    int      // figures
	Disturbed   int      // rows left out because the machine was disturbed around all their runs
	Missing     []string // cells that only one of the files has
	Warnings    []string
}

// limitMoved is how much the machine's own limits may differ before figures of two files say little about the software.
const limitMoved = 0.15

// Compare says what changed beyond noise; see stats.Change for the rule.
func Compare(before, after *File) (c Comparison) {
	c.Warnings = warnings(before, after)
	old := map[string]*Row{}
	for _, r := range before.Rows {
		old[r.String()] = r
	}
	for _, r := range after.Rows {
		o := old[r.String()]
		delete(old, r.String())
		if o == nil {
			c.Missing = append(c.Missing, r.String()+" is new")
			continue
		}
		c.compareRow(o, r)
	}
	for _, r := range before.Rows {
		if old[r.String()] != nil {
			c.Missing = append(c.Missing, r.String()+" is gone")
		}
	}
	return c
}

func (c *Comparison) compareRow(before, after *Row) {
	if before.Disturbed() || after.Disturbed() {
		c.Disturbed++
		return
	}
	for _, m := range compared[after.Scenario] {
		b, a := before.Summary(m), after.Summary(m)
		if b.Runs == 0 || a.Runs == 0 {
			continue
		}
		c.Compared++
		if change, real := stats.Change(b, a); real {
			up := 1
			if change < 0 {
				up = -1
			}
			c.Differences = append(c.Differences, Difference{after.Cell, m, b, a, change, better[m] == up})
		}
	}
	if (before.Failure == "") != (after.Failure == "") {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%s: was %s, is %s", after.Cell, state(before), state(after)))
	}
}

func state(r *Row) string {
	if r.Failure == "" {
		return "measured"
	}
	return "not measured (" + r.Failure + ")"
}

// warnings says what makes the two files hard to compare.
func warnings(before, after *File) (all []string) {
	if b, a := before.Machine.CPU, after.Machine.CPU; b != a {
		all = append(all, fmt.Sprintf("another CPU: %s, now %s", b, a))
	}
	moved := func(name string, b, a float64) {
		if b > 0 && math.Abs(a-b)/b > limitMoved {
			all = append(all, fmt.Sprintf("the machine itself moved: %s from %.4g to %.4g; look at ratios to it", name, b, a))
		}
	}
	moved("bare round trip in ns", before.Limit.RoundTrip, after.Limit.RoundTrip)
	moved("bare lines per second", before.Limit.Lines, after.Limit.Lines)
	return all
}
