package model

import "testing"

// A consumer joins while the producer goes on: either the producer sees its gate or it sees what the producer announced.

func joining1(from beginning) func(s *system) {
	return func(s *system) {
		r := newRing(s, 8, 2, 1, 6)
		r.plans = [][]act{{pub(2), pub(2), pub(2)}}
		s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
		s.process("C", newJoiner(r, 0, from))
	}
}

var joiningOldest = scenario{name: "join at the oldest", on: everyMachine, build: joining1(oldest)}
var joiningLatest = scenario{name: "join at the end", on: everyMachine, build: joining1(latest)}

// The entry was someone's before, who had come further than the joiner will be.
var joiningUsed = scenario{name: "join by a used entry", on: everyMachine, build: func(s *system) {
	joining1(oldest)(s)
	for i := range s.words {
		if s.words[i].name == "entry[0].head" {
			s.words[i].initial = 6
		}
	}
}}

var seekingBack = scenario{name: "seek to the oldest", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 5)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.seeks = 3
	s.process("C", c)
}}

// A joiner killed at any instruction comes back under its name.
var joiningTwice = scenario{name: "a joiner killed anywhere joins again", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 5)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", newJoiner(r, 0, oldest), again(r, 0))
}}

// A lossless consumer killed anywhere comes back under its name, to a ring that is full up to its head.
var takingOver = scenario{name: "a lossless consumer killed anywhere takes over", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 12, 4, 1, 7)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0), again(r, 0))
}}

// The anchor it needs is stored while it looks, and the one before is overwritten.
var takingOverLate = scenario{name: "the anchor stored behind the look", on: []machine{SC}, long: []machine{TSO}, build: func(s *system) {
	r := newRing(s, 12, 4, 1, 10)
	r.plans = [][]act{{pub(2), pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2), pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.h, c.exp, c.told = 12, 6, 12
	s.words[r.entries[0].head].initial, s.words[r.entries[0].nextSeq].initial = c.h, c.exp
	s.process("C", c, again(r, 0))
}}

func TestJoin(t *testing.T) {
	all := []scenario{joiningOldest, joiningLatest, joiningUsed, seekingBack, joiningTwice, takingOver, takingOverLate}
	for _, sc := range all {
		sc.holds(t)
	}
	sc, tso := []machine{SC}, []machine{TSO}
	breaks(t, mutation{name: "J1, the second look", without: []string{"J1 look again"}}, sc, joiningOldest)
	breaks(t, mutation{name: "J1 fence", without: []string{"J1 fence"}}, []machine{TSO, Arm}, joiningOldest, joiningUsed)
	breaks(t, mutation{name: "E1 before E2", without: []string{"E1 before E2"}}, sc, joiningOldest)
	breaks(t, mutation{name: "E1 exchange", weaken: map[string]order{"E1": release}}, tso, joiningOldest, joiningUsed)
	breaks(t, mutation{name: "joiners look at intent", without: []string{"joiners look at intent"}}, sc, joiningOldest)
	breaks(t, mutation{name: "joining gates", without: []string{"joining gates"}}, sc, joiningOldest)
	breaks(t, mutation{name: "seek pins", without: []string{"seek pins"}}, sc, seekingBack)
	breaks(t, mutation{name: "join in mode joining", without: []string{"join in mode joining"}}, sc, joiningTwice)
	breaks(t, mutation{name: "only a completed join is taken over", without: []string{"only a completed join"}}, sc, joiningTwice)
	breaks(t, mutation{name: "nowhere below the pin", without: []string{"not below the pin"}}, sc, joiningTwice)
	breaks(t, mutation{name: "nothing found twice", without: []string{"none twice"}}, sc, takingOverLate)
	breaks(t, mutation{name: "take over by compare-and-swap", without: []string{"cas J0"}}, sc, takingOver)
	breaks(t, mutation{name: "the segment of the floor spared", without: []string{"spare the segment of the floor"}}, sc, takingOver)
	// The second look at intent covers this: whoever read the old head had announced before.
	spares(t, mutation{name: "head before state", without: []string{"head before state"}}, everyMachine, joiningUsed)
}
