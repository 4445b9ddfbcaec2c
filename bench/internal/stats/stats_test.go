package stats

import (
	"math"
	"testing"
)

func TestMedianAndRange(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   Summary
	}{
		{[]float64{3}, Summary{3, 3, 3, 0, 1}},
		{[]float64{9, 1, 5}, Summary{5, 1, 9, 4, 3}},
		{[]float64{4, 1, 2, 3}, Summary{2.5, 1, 4, 1, 4}},
	} {
		if got := Summarize(c.values); got != c.want {
			t.Errorf("%v: got %+v, want %+v", c.values, got, c.want)
		}
	}
	if !math.IsNaN(Summarize(nil).Median) {
		t.Error("the median of nothing is a number")
	}
}

func TestSpread(t *testing.T) {
	if got := Summarize([]float64{8, 10, 9, 11, 500}).Spread(); got != 0.1 {
		t.Errorf("got %v, want 0.1: half of the runs are within 1 of 10", got)
	}
}

// What is noise: ranges that touch, small changes, and single runs unless they differ by much.
func TestChangeBeyondNoise(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, after []float64
		want          bool
	}{
		{"apart", []float64{10, 11, 12}, []float64{20, 21, 22}, true},
		{"apart, down", []float64{20, 21, 22}, []float64{10, 11, 12}, true},
		{"ranges touch", []float64{10, 11, 20}, []float64{20, 21, 22}, false},
		{"one outlier reaches over", []float64{10, 10, 10}, []float64{9, 20, 20}, false},
		{"apart but small", []float64{100, 100.1}, []float64{103, 103.1}, false},
		{"single runs, a fifth", []float64{10}, []float64{12}, false},
		{"single runs, a half", []float64{10}, []float64{15}, true},
		{"the same", []float64{10, 11}, []float64{10, 11}, false},
	} {
		if _, got := Change(Summarize(c.before), Summarize(c.after)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestHistogramTravels(t *testing.T) {
	a, b := NewHistogram(), NewHistogram()
	for i := range int64(1000) {
		a.Record(i + 1)
		b.Record(1_000_000)
	}
	b.Record(-5)      // a clock that stepped back counts as the least
	b.Record(1 << 62) // and what is out of range as the most
	text, err := b.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	got := new(Histogram)
	if err := got.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	a.Merge(got)
	if a.Count() != 2002 {
		t.Errorf("%d latencies, want 2002", a.Count())
	}
	if p := a.Quantile(0.25); math.Abs(p-500) > 2 {
		t.Errorf("a quarter took at most %v, want 500", p)
	}
	if p := a.Quantile(0.9); math.Abs(p-1e6) > 1e3 {
		t.Errorf("nine tenths took at most %v, want 1e6", p)
	}
	if a.Max() < 99e9 {
		t.Errorf("the longest took %v, want 100 s", a.Max())
	}
}

func TestHistogramRejectsRubbish(t *testing.T) {
	if new(Histogram).UnmarshalText([]byte("no histogram")) == nil {
		t.Error("rubbish was decoded")
	}
}
