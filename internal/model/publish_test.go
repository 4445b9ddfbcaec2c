package model

import "testing"

// A lossy reader beside a producer that laps it: whatever is delivered is whole, and all losses are counted.

var lapping = scenario{name: "small messages, lapping", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 0, 6)
	r.plans = [][]act{{pub(2), pub(2), pub(2), pub(2), pub(2), pub(2)}}
	s.process("P", newProducer(r))
	s.process("C", lossyConsumer(r))
}}

// The ring is full of messages; the next one overwrites the first from its middle on.
func aboutToLap(s *system, huge bool) {
	r := newRing(s, 12, 2, 0, 6)
	r.huge = huge
	r.plans = [][]act{{pub(4), pub(2)}}
	s.process("P", filled(s, r, pub(4), pub(2), pub(2), pub(2)))
	s.process("C", lossyConsumer(r))
}

var lappingMixed = scenario{name: "mixed sizes, lapping", on: everyMachine, build: func(s *system) { aboutToLap(s, false) }}

var lappingHuge = scenario{name: "non-temporal stores, lapping", on: []machine{TSO}, build: func(s *system) { aboutToLap(s, true) }}

var claiming = scenario{name: "claims and aborts, zeros ahead", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 4)
	r.ahead = 3
	r.plans = [][]act{{abort(4), pub(2), claim(4, 2), claim(3, 3)}}
	s.process("P", filled(s, r, pub(2)))
	s.process("C", lossyConsumer(r))
}}

// The newest message can be read at any time, whatever is in flight and for however long.
var newest = scenario{name: "newest, beside a producer that may be stopped for ever", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 0, 0)
	n := r.F / 2 * 2
	r.plans = [][]act{{pub(n), pub(n), pub(n)}}
	s.process("P", filled(s, r, pub(n))).mayFreeze = true
	s.process("C", newestReader{lossyConsumer(r), 2})
}}

func TestPublish(t *testing.T) {
	for _, sc := range []scenario{lapping, lappingMixed, lappingHuge, claiming, newest} {
		sc.holds(t)
	}
	sc, arm, tso := []machine{SC}, []machine{Arm}, []machine{TSO}
	breaks(t, mutation{name: "R3, the lap check", without: []string{"R3"}}, sc, lapping)
	breaks(t, mutation{name: "LL before R3", without: []string{"LL"}}, arm, lapping, lappingMixed)
	breaks(t, mutation{name: "R1 acquire", weaken: map[string]order{"R1": plain}}, arm, lapping, lappingMixed)
	breaks(t, mutation{name: "E3", without: []string{"E3"}}, sc, lapping)
	breaks(t, mutation{name: "E3 before plain stores", weaken: map[string]order{"E3": release}}, arm, lappingMixed)
	breaks(t, mutation{name: "E3 before non-temporal stores", weaken: map[string]order{"E3": release}}, tso, lappingHuge)
	breaks(t, mutation{name: "sfence behind non-temporal stores", without: []string{"P1 sfence"}}, tso, lappingHuge)
	breaks(t, mutation{name: "P2, zero ahead", without: []string{"P2"}}, sc, lapping, claiming)
	breaks(t, mutation{name: "P2 before C1", without: []string{"zero before commit"}}, sc, lapping, claiming)
	breaks(t, mutation{name: "C1 release", weaken: map[string]order{"C1": plain}}, arm, lappingMixed)
	breaks(t, mutation{name: "P2 over a claim, whatever lies there", without: []string{"believe no zero"}}, sc, claiming)
	breaks(t, mutation{name: "C3 after C1", without: []string{"commit before last"}}, sc, newest)
	breaks(t, mutation{name: "C3 release", weaken: map[string]order{"C3": plain}}, arm, newest)
	breaks(t, mutation{name: "L3, lap check of the newest", without: []string{"L3"}}, sc, newest)
	breaks(t, mutation{name: "bound on a flush", without: []string{"bound on a flush"}}, sc, newest)
}
