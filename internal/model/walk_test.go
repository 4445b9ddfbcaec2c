package model

import "testing"

// Beginning somewhere in a ring that is being lapped: each step of a walk is checked before it is believed.

func walking(from beginning) func(s *system) {
	return func(s *system) {
		r := newRing(s, 12, 2, 0, 6)
		r.plans = [][]act{{pub(4), pub(3), pub(4)}}
		s.process("P", filled(s, r, pub(2), pub(3), pub(4)))
		s.process("C", newStarter(r, from))
	}
}

var walkingEnd = scenario{name: "walk to the end", on: everyMachine, build: walking(latest)}
var walkingAnchor = scenario{name: "begin at an anchor", on: both, long: weak, build: walking(oldest)}

// A walk from an anchor whose record is overwritten by a payload that looks like a longer one.
var walkingSeq = scenario{name: "walk to a seq", on: everyMachine, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 4)
	r.plans = [][]act{{pub(4)}}
	s.process("P", filled(s, r, pub(2), pub(4), pub(4)))
	c := newStarter(r, resume)
	c.seq = 3
	s.process("C", c)
}}

func TestWalk(t *testing.T) {
	for _, sc := range []scenario{walkingEnd, walkingAnchor, walkingSeq} {
		sc.holds(t)
	}
	sc, arm := []machine{SC}, []machine{Arm}
	breaks(t, mutation{name: "each step checked", without: []string{"check each step"}}, sc, walkingSeq)
	breaks(t, mutation{name: "L3", without: []string{"L3"}}, sc, walkingEnd)
	breaks(t, mutation{name: "LL in a walk", without: []string{"LL L2"}}, arm, walkingEnd, walkingSeq)
}
