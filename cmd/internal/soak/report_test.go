package soak

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// rows are intervals whose memory (MiB), descriptors and latency (ns) are given.
func rows(figures ...[3]int) (list []Row) {
	for i, f := range figures {
		r := Row{Seconds: float64(i + 1)}
		r.Producer.Memory, r.Spinner.Descriptors, r.Sleeper.P50 = uint64(f[0])<<20, f[1], int64(f[2])
		list = append(list, r)
	}
	return list
}

// Is what grows told from what does not, whatever the first interval was like, and is too little no verdict?
func TestVerdict(t *testing.T) {
	warm := [3]int{1, 1, 1}
	steady := [3]int{50, 9, 5000}
	for name, c := range map[string]struct {
		rows                         []Row
		memory, descriptors, latency string
		ok                           bool
	}{
		"flat":        {rows(warm, steady, steady, steady), flat, flat, flat, true},
		"a little":    {rows(warm, steady, steady, [3]int{53, 9, 9000}), flat, flat, flat, true},
		"memory":      {rows(warm, steady, [3]int{55, 9, 5000}, [3]int{60, 9, 5000}), growing, flat, flat, false},
		"descriptors": {rows(warm, steady, steady, [3]int{50, 10, 5000}), flat, growing, flat, false},
		"latency":     {rows(warm, steady, steady, [3]int{50, 9, 10001}), flat, flat, growing, true},
		"shrinking":   {rows(warm, [3]int{90, 20, 90000}, steady, steady), flat, flat, flat, true},
		"too few":     {rows(warm, steady, steady), unknown, unknown, unknown, false},
		"none":        {nil, unknown, unknown, unknown, false},
	} {
		r := judge(c.rows, Options{})
		if r.Memory.Verdict != c.memory || r.Descriptors.Verdict != c.descriptors || r.Latency.Verdict != c.latency || r.OK != c.ok {
			t.Errorf("%s: %+v", name, r)
		}
		if says := fmt.Sprint(r.Failure()); strings.Contains(says, "grew") != (c.memory == growing || c.descriptors == growing) ||
			strings.Contains(says, "whole intervals") != (c.memory == unknown) || (says == "<nil>") != c.ok {
			t.Errorf("%s: it says %s", name, says)
		}
		var text strings.Builder
		if err := r.Print(&text); err != nil || !strings.Contains(text.String(), c.memory) {
			t.Errorf("%s is printed as %q, %v", name, text.String(), err)
		}
	}
}

// Does a row fit under its titles, and both into 80 columns, with the largest figures?
func TestLineFits(t *testing.T) {
	r := Row{Seconds: (99*time.Hour + 59*time.Minute).Seconds()}
	worst := Sample{Messages: 6e6, Memory: 999 << 20, Descriptors: 999, P50: 123456789, P99: 123456789, Max: 99e9}
	r.Producer, r.Sleeper, r.Spinner = worst, worst, worst
	_, titles, _ := strings.Cut(Header, "\n")
	if line := []rune(r.Line()); len(line) > 79 || len(line) < len(titles) {
		t.Errorf("%d columns, the titles have %d:\n%s\n%s", len(line), len(titles), titles, string(line))
	}
}

// Is a row told as soon as each process has told of it, and once?
func TestCollector(t *testing.T) {
	var told []Row
	c := collector{tell: func(r Row) { told = append(told, r) }}
	for i := range 3 {
		c.add(spinning, Sample{Seconds: float64(i)})
	}
	c.add(producing, Sample{Seconds: 7, Messages: 1})
	if len(told) != 0 {
		t.Fatalf("told too early: %+v", told)
	}
	c.add(sleeping, Sample{})
	c.add(sleeping, Sample{})
	c.add(producing, Sample{Seconds: 8, Messages: 2})
	if len(told) != 2 || told[0].Seconds != 7 || told[1].Producer.Messages != 2 || told[1].Spinner.Seconds != 1 {
		t.Errorf("told %+v", told)
	}
}
