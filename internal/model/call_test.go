package model

import "testing"

var closing = scenario{name: "Close against a call in progress", on: everyMachine, build: func(s *system) {
	s.membarriers = true
	c := newCalls(s)
	unlessUnregistered(s, s.process("call", caller{c}))
	s.process("Close", closer{c})
}}

func TestClose(t *testing.T) {
	closing.holds(t)
	sc, tso, arm := []machine{SC}, []machine{TSO}, []machine{Arm}
	breaks(t, mutation{name: "enter says busy", without: []string{"enter busy"}}, sc, closing)
	breaks(t, mutation{name: "waiting for the call", without: []string{"wait for the call"}}, sc, closing)
	breaks(t, mutation{name: "the membarrier", without: []string{"close membarrier"}}, tso, closing)
	breaks(t, mutation{name: "registration", without: []string{"register call"}}, tso, closing)
	breaks(t, mutation{name: "enter's release", weaken: map[string]order{"enter busy": plain}}, arm, closing)
	breaks(t, mutation{name: "enter's acquire", weaken: map[string]order{"enter closing": plain}}, arm, closing)
}
