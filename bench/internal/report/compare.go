//go:build linux

package report

import (
	"fmt"
	"io"

	"github.com/mmring/mmring/bench/internal/result"
)

// forms of the metrics that are compared.
var forms = map[result.Metric]func(float64) string{
	result.Trip: duration, result.OneWay: duration, result.P50: duration, result.P99: duration, result.Rate: rate,
	result.CPU: figures, result.Calls: count, result.Switches: count,
}

// Comparison writes what changed beyond noise.
func Comparison(w io.Writer, name string, c result.Comparison) {
	fmt.Fprintf(w, "\n== Compared with %s: %d of %d figures changed beyond noise\n", name, len(c.Differences), c.Compared)
	fmt.Fprintln(w, "A change counts when the ranges of the runs do not touch and the medians differ by more than 5 %,")
	fmt.Fprintln(w, "or by more than 25 % where a side has one run only.")
	if c.Disturbed > 0 {
		fmt.Fprintf(w, "%d rows are left out: the machine was disturbed around all their runs, before or now.\n", c.Disturbed)
	}
	for _, text := range c.Warnings {
		fmt.Fprintln(w, "! "+text)
	}
	t := &Table{Columns: []string{"cell", "figure", "before", "after", "change", ""}}
	for _, d := range c.Differences {
		verdict := "worse"
		if d.Better {
			verdict = "better"
		}
		form := forms[d.Metric]
		t.Rows = append(t.Rows, []string{
			d.Cell.String(), string(d.Metric), form(d.Before.Median), form(d.After.Median),
			fmt.Sprintf("%+.0f %%", 100*d.Change), verdict,
		})
	}
	if len(t.Rows) > 0 {
		t.Text(w)
	}
	for _, text := range c.Missing {
		fmt.Fprintln(w, "  "+text)
	}
}
