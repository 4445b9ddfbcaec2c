//go:build linux

package result

import (
	"math"

	"github.com/mmring/mmring/bench/internal/stats"
)

// Metric is a kind of figure.
type Metric string

// Times are in nanoseconds. What is counted per message is counted per million messages sent, over all processes.
const (
	Trip     Metric = "trip"     // a typical round trip: the median over short runs of them
	P50      Metric = "p50"      //
	P99      Metric = "p99"      //
	P999     Metric = "p99.9"    //
	Max      Metric = "max"      //
	OneWay   Metric = "one_way"  // what one message takes from one process to the other, or one operation
	Rate     Metric = "rate"     // messages per second and consumer
	Bytes    Metric = "bytes"    // bytes per second and consumer
	Achieved Metric = "achieved" // share of the offered rate
	Lost     Metric = "lost"     // share of the messages that a lossy consumer did not get
	CPU      Metric = "cpu"      // seconds per million messages
	Calls    Metric = "calls"    // system calls per million messages
	Switches Metric = "switches" // context switches per million messages
	Faults   Metric = "faults"   // page faults per million messages
	Memory   Metric = "memory"   // bytes of all processes
	OfLimit  Metric = "of_limit" // latency: times the bare round trip; throughput: share of the bare lines per second
)

// better says which way is better: 1 up, -1 down, 0 neither.
var better = map[Metric]int{
	Trip: -1, P50: -1, P99: -1, P999: -1, OneWay: -1, Rate: 1, CPU: -1, Calls: -1, Switches: -1, Memory: -1,
}

// compared are the metrics that Compare looks at, by scenario: those that say what the scenario asks.
var compared = map[Scenario][]Metric{
	Ladder: {OneWay}, Latency: {Trip, P50, P99}, Load: {P50, P99}, Throughput: {Rate}, FanOut: {Rate}, Crowd: {P50},
	Cost: {CPU, Calls, Switches},
}

// Summary of a metric over the runs that nothing disturbed, or over all of them if there is no such run.
func (r *Row) Summary(m Metric) stats.Summary {
	var calm, all []float64
	for _, run := range r.Runs {
		v, ok := run.Values[m]
		if !ok {
			continue
		}
		all = append(all, v)
		if !run.Disturbed {
			calm = append(calm, v)
		}
	}
	if len(calm) > 0 {
		return stats.Summarize(calm)
	}
	return stats.Summarize(all)
}

// Median of a metric; NaN if it was not measured.
func (r *Row) Median(m Metric) float64 { return r.Summary(m).Median }

// Has reports whether a metric was measured.
func (r *Row) Has(m Metric) bool { return !math.IsNaN(r.Median(m)) }

// Disturbed reports whether all its runs were.
func (r *Row) Disturbed() bool {
	for _, run := range r.Runs {
		if !run.Disturbed {
			return false
		}
	}
	return len(r.Runs) > 0
}
