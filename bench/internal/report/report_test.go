//go:build linux

package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/bench/internal/lab"
	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
)

// sample is a file with a figure for everything that is planned.
func sample() *result.File {
	f := &result.File{Version: result.Version, Command: "go run ./bench", Limit: limit.Limit{RoundTrip: 100, Lines: 1e8}}
	f.Probes = []result.Probe{{Limit: f.Limit}}
	for i, c := range lab.Plan(lab.Quick(), 2) {
		r := &result.Row{Cell: c}
		r.Curve = []result.Point{{Share: .5, Latency: 900}, {Share: .99, Latency: 2e4}, {Share: 1, Latency: 1e6}}
		v := result.Values{}
		for j, m := range []result.Metric{
			result.Trip, result.P50, result.P99, result.P999, result.Max, result.OneWay, result.Rate, result.Bytes,
			result.Achieved, result.CPU, result.Calls, result.Switches, result.Faults, result.Memory, result.OfLimit,
		} {
			v[m] = float64((i%7 + 1) * (j + 1) * 100)
		}
		r.Runs = []result.Run{{Values: v}, {Values: v}}
		f.Rows = append(f.Rows, r)
	}
	f.Rows[3].Runs, f.Rows[3].Curve, f.Rows[3].Failure = nil, nil, "not permitted <here>"
	return f
}

func TestPageStandsAlone(t *testing.T) {
	var b bytes.Buffer
	if err := HTML(&b, sample()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, needs := range []string{" src=", "<link", "<script", "@import", "url("} {
		if strings.Contains(page, needs) {
			t.Errorf("the page has %q: it may need what is not in it", needs)
		}
	}
	if n := strings.Count(page, "<svg"); n < 8 {
		t.Errorf("%d plots, want 8 at least", n)
	}
	if !strings.Contains(page, "not permitted &lt;here&gt;") {
		t.Error("the page does not say why a row has no figures")
	}
	for _, bad := range []string{"NaN", "Inf", "%!"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

// Whoever interrupts the benchmark gets what there is by then: sections without a single figure, too.
func TestNothingMeasuredYet(t *testing.T) {
	f := sample()
	for _, r := range f.Rows {
		r.Runs, r.Curve, r.Failure = nil, nil, "not measured"
	}
	if err := HTML(new(bytes.Buffer), f); err != nil {
		t.Error(err)
	}
	for _, s := range Sections(f) {
		if len(s.Plots) > 0 {
			t.Errorf("%s has a plot of nothing", s.Scenario)
		}
	}
}

func TestEveryRungIsNamed(t *testing.T) {
	for language, texts := range rungTexts {
		for _, name := range lab.Rungs {
			if texts[name].title == "" || texts[name].gap == "" && name != lab.Rungs[len(lab.Rungs)-1] {
				t.Errorf("%s: rung %s has no text", language, name)
			}
		}
	}
}

func TestPlotsAreSaved(t *testing.T) {
	directory := t.TempDir()
	sections := Sections(sample())
	for _, p := range sections[0].Plots {
		if err := p.Save(directory); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{".svg", ".png"} {
			if info, err := os.Stat(filepath.Join(directory, p.Name+kind)); err != nil || info.Size() == 0 {
				t.Errorf("%s%s: %v", p.Name, kind, err)
			}
		}
	}
}

func TestDocumentsAreRefreshed(t *testing.T) {
	directory := t.TempDir()
	document := filepath.Join(directory, "a.md")
	text := "before\n<!-- bench: ladder zh -->\nold\n<!-- bench end -->\nafter\n" +
		"<!-- bench: pigeons en -->\nkept\n<!-- bench end -->\n"
	os.WriteFile(document, []byte(text), 0o644)
	for range 2 { // the second time nothing changes
		if _, err := Refresh(directory, sample()); err != nil {
			t.Fatal(err)
		}
	}
	b, _ := os.ReadFile(document)
	got := string(b)
	for _, want := range []string{"before\n<!-- bench: ladder zh -->\n", "裸缓存行", "<!-- bench end -->\nafter\n", "kept"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") || strings.Count(got, "<!-- bench end -->") != 2 {
		t.Errorf("not replaced:\n%s", got)
	}
}

// Documents tell of one size of message, and of the transports that they name: from a file that has others they take nothing else.
func TestDocumentsTakeWhatTheyTellOf(t *testing.T) {
	trip := func(transport string, size int, ns float64) *result.Row {
		values := result.Values{result.Trip: ns, result.OfLimit: 2, result.P50: ns, result.P99: ns, result.P999: ns, result.Max: ns}
		cell := result.Cell{Scenario: result.Latency, Transport: transport, Size: size}
		return &result.Row{Cell: cell, Runs: []result.Run{{Values: values}}}
	}
	directory := t.TempDir()
	document := filepath.Join(directory, "a.md")
	os.WriteFile(document, []byte("<!-- bench: latency zh ring tcp -->\nold\n<!-- bench end -->\n"), 0o644)
	refreshed := func(rows ...*result.Row) string {
		if _, err := Refresh(directory, &result.File{Rows: rows}); err != nil {
			t.Fatal(err)
		}
		b, _ := os.ReadFile(document)
		return string(b)
	}
	if got := refreshed(trip("ring-claim", 64, 777)); !strings.Contains(got, "\nold\n") {
		t.Errorf("replaced by nothing:\n%s", got)
	}
	got := refreshed(trip("ring", 8, 111), trip("ring", 64, 222), trip("ring-claim", 64, 777))
	if !strings.Contains(got, "往返延迟，64 B") || !strings.Contains(got, "222 ns") || strings.Contains(got, "111") || strings.Contains(got, "777") {
		t.Errorf("not the figures that were told of:\n%s", got)
	}
}

func TestUnits(t *testing.T) {
	for got, want := range map[string]string{
		duration(0.5): "0.50 ns", duration(326): "326 ns", duration(999.9): "1.00 µs", duration(45_600): "45.6 µs",
		duration(-2e6): "−2.00 ms", rate(95e6): "95.0 M/s", bandwidth(1.5e9): "1.50 GB/s", kibi(1 << 20): "1.00 MiB",
		size(64): "64 B", size(64 << 10): "64 KiB", size(1 << 20): "1 MiB", size(1500): "1500 B", percent(0.123): "12.3 %",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
