package soak

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/table"
)

// Report is what a soak has shown.
type Report struct {
	Duration    time.Duration `json:"duration_ns"`
	Rate        int           `json:"rate"`
	Rows        []Row         `json:"intervals"`
	Memory      Trend         `json:"memory"`
	Descriptors Trend         `json:"descriptors"`
	Latency     Trend         `json:"latency"` // the sleeper's median
	OK          bool          `json:"ok"`      // enough was seen, and neither memory nor descriptors grew
}

// Trend is how a figure was in the first third of the intervals, and in the last. Medians.
type Trend struct {
	First   float64 `json:"first"`
	Last    float64 `json:"last"`
	Verdict string  `json:"verdict"` // flat, growing or unknown
}

const (
	flat    = "flat"
	growing = "growing"
	unknown = "unknown" // too few intervals to tell
)

// Enough is how many intervals it takes to tell. The first one does not count: there everything warms up.
const Enough = 4

// Failure says in words why a soak is not well; nil if it is.
func (r *Report) Failure() error {
	switch {
	case r.OK:
		return nil
	case r.Memory.Verdict == unknown:
		return fmt.Errorf("it ended with %d whole intervals, and it takes %d to tell whether anything grows; let it run for longer", len(r.Rows), Enough)
	}
	return errors.New("something grew: the report says what, and by how much")
}

// judge compares the beginning with the end. Memory may differ by a tenth or some MiB, which the garbage collector's mood explains;
// descriptors may not at all; a median of latency may double, for it shares the CPU with others, and growing is no failure.
func judge(rows []Row, o Options) *Report {
	r := &Report{Duration: o.Duration, Rate: o.Rate, Rows: rows}
	const slack = 4 << 20
	r.Memory = trend(rows, func(r *Row) float64 { return float64(r.Memory()) }, func(first float64) float64 { return max(first*1.1, first+slack) })
	r.Descriptors = trend(rows, func(r *Row) float64 { return float64(r.Descriptors()) }, func(first float64) float64 { return first })
	r.Latency = trend(rows, func(r *Row) float64 { return float64(r.Sleeper.P50) }, func(first float64) float64 { return 2 * first })
	r.OK = r.Memory.Verdict == flat && r.Descriptors.Verdict == flat
	return r
}

func trend(rows []Row, of func(*Row) float64, allowed func(first float64) float64) Trend {
	if len(rows) < Enough {
		return Trend{Verdict: unknown}
	}
	var values []float64
	for i := range rows[1:] {
		values = append(values, of(&rows[1+i]))
	}
	third := (len(values) + 2) / 3
	t := Trend{median(values[:third]), median(values[len(values)-third:]), flat}
	if t.Last > allowed(t.First) {
		t.Verdict = growing
	}
	return t
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}

// Header is the titles of what Line writes. Latencies are the median, the 99th percentile and the highest.
const Header = "                        sleeping          spinning\n" +
	"    time  messages     50%    99%    max     50%    max     memory  fds"

// Line is a row for a person to read.
func (r *Row) Line() string {
	return fmt.Sprintf("%8s %9s  %6s %6s %6s  %6s %6s %10s %4d", time.Duration(r.Seconds*1e9).Round(time.Second), human.Count(r.Sleeper.Messages),
		short(r.Sleeper.P50), short(r.Sleeper.P99), short(r.Sleeper.Max), short(r.Spinner.P50), short(r.Spinner.Max),
		mebibytes(float64(r.Memory())), r.Descriptors())
}

func mebibytes(v float64) string { return fmt.Sprintf("%.1f MiB", v/(1<<20)) }

// short is a latency in three figures.
func short(ns int64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%dns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3gµs", float64(ns)/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.3gms", float64(ns)/1e6)
	}
	return fmt.Sprintf("%.3gs", float64(ns)/1e9)
}

// Print writes the verdict for a person to read.
func (r *Report) Print(out io.Writer) error {
	t := table.New(table.Left(""), table.Right("at first"), table.Right("in the end"), table.Left(""))
	t.Row("memory", mebibytes(r.Memory.First), mebibytes(r.Memory.Last), r.Memory.Verdict)
	t.Row("descriptors", fmt.Sprint(r.Descriptors.First), fmt.Sprint(r.Descriptors.Last), r.Descriptors.Verdict)
	t.Row("latency, median of the sleeper", short(int64(r.Latency.First)), short(int64(r.Latency.Last)), r.Latency.Verdict)
	return t.Write(out, "  ")
}
