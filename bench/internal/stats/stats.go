// Package stats makes one figure of several runs.
package stats

import (
	"math"
	"slices"
)

// Summary is a figure measured several times.
type Summary struct {
	Median    float64
	Min, Max  float64
	Deviation float64 // half of the runs are at most so far from the median
	Runs      int
}

// Summarize returns the median and the range of the values.
func Summarize(values []float64) Summary {
	if len(values) == 0 {
		return Summary{Median: math.NaN(), Min: math.NaN(), Max: math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(values))
	s := Summary{Median: middle(sorted), Min: sorted[0], Max: sorted[len(sorted)-1], Runs: len(sorted)}
	for i, v := range sorted {
		sorted[i] = math.Abs(v - s.Median)
	}
	slices.Sort(sorted)
	s.Deviation = middle(sorted)
	return s
}

// middle of sorted values.
func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// Spread is the deviation as a share of the median.
func (s Summary) Spread() float64 {
	if s.Median == 0 {
		return 0
	}
	return s.Deviation / math.Abs(s.Median)
}

// least is the smallest change that is ever worth a word, and single what two single runs must differ by.
const (
	least  = 0.05
	single = 0.25
)

// Change is the relative change of the median from before to after, and whether it is beyond noise: the two ranges do not
// touch and the medians differ by more than a twentieth. Where a side has one run only, by more than a quarter.
func Change(before, after Summary) (change float64, real bool) {
	if before.Median == 0 {
		return 0, after.Median != 0 && after.Min > before.Max
	}
	change = (after.Median - before.Median) / math.Abs(before.Median)
	apart := after.Min > before.Max || after.Max < before.Min
	need := least
	if min(before.Runs, after.Runs) < 2 {
		need = single
	}
	return change, apart && math.Abs(change) > need
}
