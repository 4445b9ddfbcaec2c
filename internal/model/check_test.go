package model

import (
	"flag"
	"fmt"
	"testing"
)

var long = flag.Bool("model.long", false, "explore the larger configurations too")

// A scenario is a tiny system: the ring, who uses it and how.
type scenario struct {
	name  string
	on    []machine
	build func(s *system)
	long  []machine // and, with -model.long, on these
}

var everyMachine = []machine{SC, TSO, Arm}

// holds explores the scenario as designed: nothing may be found.
func (sc scenario) holds(t *testing.T) {
	t.Helper()
	on := sc.on
	switch {
	case testing.Short():
		on = on[:min(1, len(on))]
	case *long:
		on = append(on[:len(on):len(on)], sc.long...)
	}
	for _, m := range on {
		t.Run(fmt.Sprintf("%s/%v", sc.name, m), func(t *testing.T) {
			if v := sc.explore(m, nil); v.violation != "" {
				t.Fatal(v)
			} else {
				t.Log(v)
			}
		})
	}
}

// breaks explores it with something broken: that must be found on one of the machines named, in one of the scenarios.
func breaks(t *testing.T, mut mutation, on []machine, in ...scenario) {
	t.Helper()
	t.Run("without "+mut.name, func(t *testing.T) {
		for _, sc := range in {
			for _, m := range on {
				if v := sc.explore(m, &mut); v.violation != "" {
					t.Logf("%s/%v: %v", sc.name, m, v)
					return
				}
			}
		}
		t.Errorf("nobody notices that this is missing: %s", mut.name)
	})
}

func (sc scenario) explore(m machine, mut *mutation) *verdict {
	s := &system{machine: m, mutation: mut}
	sc.build(s)
	return explore(s)
}

// spares explores a scenario without something that turned out to be belt and braces: nothing may be found.
func spares(t *testing.T, mut mutation, on []machine, in ...scenario) {
	t.Helper()
	t.Run("holds without "+mut.name, func(t *testing.T) {
		for _, sc := range in {
			for _, m := range on {
				if v := sc.explore(m, &mut); v.violation != "" {
					t.Errorf("%s/%v: %v", sc.name, m, v)
				}
			}
		}
	})
}
