//go:build linux

package lab

import (
	"testing"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
)

func TestPlanHasEverything(t *testing.T) {
	scenarios, transports, cells := map[result.Scenario]int{}, map[string]int{}, map[string]bool{}
	for _, c := range Plan(Quick(), 2) {
		scenarios[c.Scenario]++
		transports[c.Transport]++
		if cells[c.String()] {
			t.Errorf("%s is planned twice", c)
		}
		cells[c.String()] = true
	}
	for _, s := range result.Scenarios {
		if scenarios[s] == 0 {
			t.Errorf("nothing is planned for %s", s)
		}
	}
	for _, tr := range transport.All() {
		if transports[tr.Info().Name] == 0 {
			t.Errorf("nothing is planned for %s", tr.Info().Name)
		}
	}
}

func TestOnly(t *testing.T) {
	o := Quick()
	o.Only = []string{"throughput", "latency", "pipe"}
	for _, c := range Plan(o, 2) {
		if c.Transport != "pipe" || c.Scenario != result.Throughput && c.Scenario != result.Latency {
			t.Errorf("%s was not asked for", c)
		}
	}
	o.Only = []string{"pigeon"}
	if o.Check() == nil {
		t.Error("a name that means nothing is accepted")
	}
}

// A transport that is not pinned differs from its twin in that alone, and is compared with it where the scheduler has a choice.
func TestTwins(t *testing.T) {
	twins := 0
	for _, tr := range transport.All() {
		i := tr.Info()
		if i.PinnedTwin == "" {
			continue
		}
		twins++
		pinned := transport.ByName(i.PinnedTwin).Info()
		if pinned.Free || !i.Free {
			t.Errorf("%s is pinned, or %s is not", i.Name, pinned.Name)
		}
		i.Name, i.Title, i.Free, i.PinnedTwin = pinned.Name, pinned.Title, pinned.Free, ""
		if i != pinned {
			t.Errorf("%+v\nis not the twin of\n%+v", i, pinned)
		}
	}
	if twins == 0 {
		t.Error("there are none")
	}
	for _, c := range Plan(Full(), 2) {
		tr := transport.ByName(c.Transport)
		if tr != nil && tr.Info().PinnedTwin != "" && c.Scenario != result.Latency && c.Scenario != result.Throughput {
			t.Errorf("%s is planned", c)
		}
	}
}

func TestEveryRungIsMeasured(t *testing.T) {
	for _, rung := range Rungs {
		if transport.Alone[rung] == nil && transport.ByName(rung) == nil && rung != Bare {
			t.Errorf("nothing measures rung %s", rung)
		}
	}
}

// Those that never sleep starve each other on one CPU.
func TestNobodySpinsWithoutACore(t *testing.T) {
	for _, c := range Plan(Full(), 1) {
		if tr := transport.ByName(c.Transport); tr != nil && tr.Info().Spins && c.Scenario != result.Ladder {
			t.Errorf("%s is planned for one CPU", c)
		}
	}
	for _, c := range Plan(Full(), 4) {
		if tr := transport.ByName(c.Transport); tr != nil && tr.Info().Spins && c.Consumers > 3 {
			t.Errorf("%s is planned for four CPUs", c)
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		consumers int
		cpus      []int
		want      []int
	}{
		{1, []int{0, 1}, []int{0, 1}},
		{3, []int{0, 1}, []int{0, 1, 1, 1}},
		{3, []int{4, 6, 5}, []int{4, 6, 5, 6}},
		{1, []int{0}, []int{-1, -1}},
	} {
		got := place(c.consumers, c.cpus, false)
		for party := range got {
			if got[party] != c.want[party] {
				t.Errorf("%d consumers on %v: %v, want %v", c.consumers, c.cpus, got, c.want)
				break
			}
		}
	}
}

func TestDisturbed(t *testing.T) {
	calm := limit.Limit{RoundTrip: 100, Lines: 1e8}
	for _, c := range []struct {
		before, after limit.Limit
		want          bool
	}{
		{calm, calm, false},
		{calm, limit.Limit{RoundTrip: 120, Lines: 0.9e8}, false},
		{calm, limit.Limit{RoundTrip: 130, Lines: 1e8}, true},
		{calm, limit.Limit{RoundTrip: 100, Lines: 0.5e8}, true},
		{calm, limit.Limit{RoundTrip: 100, Lines: 1e8, Interrupted: 0.3}, true},
		{limit.Limit{RoundTrip: 40, Lines: 1e8}, limit.Limit{RoundTrip: 41, Lines: 1e8}, true}, // steady, but another machine
	} {
		if got := disturbed(c.before, c.after, calm); got != c.want {
			t.Errorf("%v, then %v: %v, want %v", c.before, c.after, got, c.want)
		}
	}
}

func TestProbe(t *testing.T) {
	cpus := place(1, []int{0, 1}, true) // unpinned: one CPU will do
	l, err := probe(t.Context(), cpus)
	if err != nil || l.RoundTrip <= 0 || l.Lines <= 0 {
		t.Errorf("%v, %v", l, err)
	}
}
