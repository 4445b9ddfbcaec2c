//go:build linux

package result

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/bench/internal/limit"
)

func row(transport string, disturbed bool, rates ...float64) *Row {
	r := &Row{Cell: Cell{Scenario: Throughput, Transport: transport, Size: 64, Consumers: 1}}
	for _, v := range rates {
		r.Runs = append(r.Runs, Run{Values: Values{Rate: v}, Disturbed: disturbed})
	}
	return r
}

func TestDisturbedRunsDoNotCount(t *testing.T) {
	r := row("ring", false, 10, 12)
	r.Runs = append(r.Runs, Run{Values: Values{Rate: 1}, Disturbed: true})
	if s := r.Summary(Rate); s.Median != 11 || s.Runs != 2 {
		t.Errorf("got %+v, want the two calm runs", s)
	}
	if s := row("ring", true, 10, 12, 14).Summary(Rate); s.Median != 12 {
		t.Errorf("got %+v: where there are no calm runs, all count", s)
	}
	if r.Has(P99) {
		t.Error("has a figure that was not measured")
	}
}

func TestCompare(t *testing.T) {
	before := &File{Limit: limit.Limit{RoundTrip: 100, Lines: 1e8}, Rows: []*Row{
		row("ring", false, 10, 11, 12), row("pipe", false, 5, 6, 7), row("tcp", false, 1), row("chan", false, 1, 1.1),
		row("dgram", true, 1, 1.1),
	}}
	after := &File{Limit: limit.Limit{RoundTrip: 150, Lines: 1e8}, Rows: []*Row{
		row("ring", false, 20, 21, 22), row("pipe", false, 5.5, 6.5, 7.5), {Cell: before.Rows[2].Cell, Failure: "not permitted"},
		row("nats", false, 1), row("dgram", false, 7, 7.1),
	}}
	c := Compare(before, after)
	if len(c.Differences) != 1 || c.Differences[0].Cell.Transport != "ring" || !c.Differences[0].Better {
		t.Errorf("differences: %+v, want the ring's, for the better", c.Differences)
	}
	if c.Compared != 2 || c.Disturbed != 1 {
		t.Errorf("%d figures compared and %d rows left out, want 2 and 1", c.Compared, c.Disturbed)
	}
	if len(c.Missing) != 2 {
		t.Errorf("missing: %q, want one that is new and one that is gone", c.Missing)
	}
	if len(c.Warnings) != 2 {
		t.Errorf("warnings: %q, want one of the limit that moved and one of the failure", c.Warnings)
	}
}

func TestFileTravels(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	f := &File{Version: Version, Command: "go run ./bench", Took: time.Minute, Rows: []*Row{row("ring", false, 10)}}
	if err := f.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil || got.Rows[0].Median(Rate) != 10 || got.Rows[0].Cell != f.Rows[0].Cell {
		t.Errorf("%+v, %v", got, err)
	}
	f.Version++
	f.Write(path)
	if _, err := Read(path); err == nil {
		t.Error("a file of another version is read")
	}
}
