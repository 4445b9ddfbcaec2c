package model

import "testing"

// Whoever sleeps is woken. No sleep runs out here, so a wake-up that is lost is found as an end that cannot be reached.

func sleepingRing(s *system, capacity, segment value, consumers, messages int) *ring {
	s.membarriers = true
	r := newRing(s, capacity, segment, consumers, messages)
	r.sleeping = true
	return r
}

func unlessUnregistered(s *system, p *process) {
	p.registered = !s.mutation.drops("register " + p.name)
}

var sleepingTwo = scenario{name: "two sleepers", on: both, long: weak, build: func(s *system) {
	r := sleepingRing(s, 12, 4, 0, 2)
	r.plans = [][]act{{pub(2), pub(2)}}
	unlessUnregistered(s, s.process("P", newProducer(r)))
	s.process("C", lossyConsumer(r))
	s.process("D", lossyConsumer(r))
}}

var sleepingAlone = scenario{name: "one sleeper", on: everyMachine, build: func(s *system) {
	r := sleepingRing(s, 12, 4, 0, 2)
	r.plans = [][]act{{pub(2), pub(2)}}
	unlessUnregistered(s, s.process("P", newProducer(r)))
	s.process("C", lossyConsumer(r))
}}

var sleepingOne = scenario{name: "one sleeper, to the end of the stream", on: everyMachine, build: func(s *system) {
	r := sleepingRing(s, 12, 4, 0, 0)
	r.plans = [][]act{{pub(2), pub(2), end}}
	unlessUnregistered(s, s.process("P", newProducer(r)))
	s.process("C", lossyConsumer(r))
}}

// The producer laps the sleeper exactly once: the word it waits at is zero again.
var sleepingLapped = scenario{name: "a sleeper lapped", on: everyMachine, build: func(s *system) {
	r := sleepingRing(s, 8, 2, 0, 6)
	r.plans = [][]act{{pub(2), pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2)))
	c := lossyConsumer(r)
	c.h, c.exp = 4, 2
	s.process("C", c)
}}

// Both sides sleep: the producer for space, the consumer for messages.
var sleepingBoth = scenario{name: "producer and consumer asleep by turns", on: everyMachine, build: func(s *system) {
	r := sleepingRing(s, 8, 2, 1, 5)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	unlessUnregistered(s, s.process("C", gatingConsumer(s, r, 0)))
}}

var sleepingLazy = scenario{name: "the same, heads published late", on: both, long: weak, build: func(s *system) {
	r := sleepingRing(s, 12, 4, 1, 7)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.lazy = true
	s.process("C", c)
}}

// The consumer dies, maybe between clearing space and the wake-up. Only here a sleep has to run out.
var sleepingKilled = scenario{name: "asleep for a consumer that dies", on: both, long: weak, build: func(s *system) {
	r := sleepingRing(s, 8, 2, 1, 4)
	s.timeouts = !s.mutation.drops("bound on a sleep")
	r.plans = [][]act{{pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0), nil)
}}

var sleepingSpace = scenario{name: "asleep for two lossless", on: []machine{SC}, long: []machine{TSO}, build: func(s *system) {
	r := sleepingRing(s, 8, 2, 2, 4)
	r.plans = [][]act{{pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0))
	s.process("D", gatingConsumer(s, r, 1))
}}

// The producer dies, maybe between a commit and the wake-up; the next one wakes them all.
var sleepingCrash = scenario{name: "a sleeper whose producer dies", on: both, long: weak, build: func(s *system) {
	r := sleepingRing(s, 12, 4, 0, 2)
	r.plans = [][]act{{pub(2)}, {{fills, 2, 2}}}
	s.process("P", filled(s, r, pub(2)), restarted(r, 2))
	s.process("C", lossyConsumer(r))
}}

func TestWake(t *testing.T) {
	all := []scenario{sleepingAlone, sleepingTwo, sleepingOne, sleepingLapped, sleepingBoth, sleepingLazy, sleepingSpace, sleepingCrash, sleepingKilled}
	for _, sc := range all {
		sc.holds(t)
	}
	sc, tso, arm := []machine{SC}, []machine{TSO}, []machine{Arm}
	breaks(t, mutation{name: "W1 membarrier", without: []string{"W1 membarrier"}}, tso, sleepingAlone)
	breaks(t, mutation{name: "P registered for membarrier", without: []string{"register P"}}, tso, sleepingAlone)
	breaks(t, mutation{name: "W1 exchange", weaken: map[string]order{"W1 waiting": plain}}, arm, sleepingAlone)
	breaks(t, mutation{name: "C4 acquire", weaken: map[string]order{"C4": plain}}, arm, sleepingAlone)
	breaks(t, mutation{name: "W1 look again", without: []string{"W1 look again"}}, sc, sleepingAlone)
	breaks(t, mutation{name: "W1 look at reserved", without: []string{"W1 look at reserved"}}, sc, sleepingLapped)
	breaks(t, mutation{name: "count before looking", without: []string{"count before looking"}}, sc, sleepingAlone)
	breaks(t, mutation{name: "C4 count", without: []string{"C4 count"}}, sc, sleepingAlone)
	breaks(t, mutation{name: "C4 wake", without: []string{"C4 wake"}}, sc, sleepingAlone)
	breaks(t, mutation{name: "clear before counting", without: []string{"clear before counting"}}, sc, sleepingTwo)
	breaks(t, mutation{name: "C5 count at the end", without: []string{"C5 count"}}, sc, sleepingOne)
	breaks(t, mutation{name: "C5 wake at the end", without: []string{"C5 wake"}}, sc, sleepingOne)
	breaks(t, mutation{name: "closed says where", without: []string{"closed says where"}}, sc, sleepingOne)
	breaks(t, mutation{name: "W3 membarrier", without: []string{"W3 membarrier"}}, tso, sleepingBoth)
	breaks(t, mutation{name: "C registered for membarrier", without: []string{"register C"}}, tso, sleepingBoth)
	breaks(t, mutation{name: "W3 look again", without: []string{"W3 look again"}}, sc, sleepingBoth)
	breaks(t, mutation{name: "R4 wake", without: []string{"R4 wake"}}, sc, sleepingBoth)
	breaks(t, mutation{name: "publish before sleeping", without: []string{"publish before empty", "publish every segment"}}, sc, sleepingLazy)
	breaks(t, mutation{name: "a start wakes", without: []string{"start wake"}}, sc, sleepingCrash)
	breaks(t, mutation{name: "the bound on a sleep for space", without: []string{"bound on a sleep"}}, sc, sleepingKilled)
}
