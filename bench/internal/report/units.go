//go:build linux

// Package report shows what the benchmark has found: as tables for the terminal and for Markdown, as plots, and as one
// page of HTML that needs nothing else.
package report

import (
	"fmt"
	"math"
)

// duration writes nanoseconds with the unit that suits them.
func duration(ns float64) string { return scaled(ns, 1000, " ns", " µs", " ms", " s") }

// rate writes messages per second.
func rate(perSecond float64) string { return scaled(perSecond, 1000, " /s", " k/s", " M/s", " G/s") }

// bandwidth writes bytes per second.
func bandwidth(perSecond float64) string {
	return scaled(perSecond, 1000, " B/s", " kB/s", " MB/s", " GB/s", " TB/s")
}

// kibi writes an amount of memory.
func kibi(n float64) string { return scaled(n, 1024, " B", " KiB", " MiB", " GiB") }

// size writes a size that is a whole number of its unit.
func size(n int) string {
	units := []string{" B", " KiB", " MiB", " GiB"}
	i := 0
	for ; i+1 < len(units) && n >= 1024 && n%1024 == 0; i++ {
		n /= 1024
	}
	return fmt.Sprint(n, units[i])
}

// count writes a number of things.
func count(n float64) string { return scaled(n, 1000, "", " k", " M", " G") }

// scaled writes x to three significant figures in the largest unit that leaves at least one; each is base times the one before.
func scaled(x, base float64, units ...string) string {
	if math.IsNaN(x) {
		return "–"
	}
	if x < 0 {
		return "−" + scaled(-x, base, units...)
	}
	i := 0
	for i+1 < len(units) && math.Abs(x) >= 0.9995*base {
		x /= base
		i++
	}
	return figures(x) + units[i]
}

// figures writes three significant figures, and no more than two places.
func figures(x float64) string {
	switch a := math.Abs(x); {
	case math.IsNaN(x):
		return "–"
	case a == 0:
		return "0"
	case a < 9.995:
		return fmt.Sprintf("%.2f", x)
	case a < 99.95:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

func percent(share float64) string {
	if math.IsNaN(share) {
		return "–"
	}
	return figures(100*share) + " %"
}

func times(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return figures(x) + " ×"
}
