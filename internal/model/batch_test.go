package model

import "testing"

// Batches: all records of a flush come into being by one store, and nothing points into a batch before that.

var batching = scenario{name: "two batches", on: everyMachine, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 5)
	r.plans = [][]act{{app(2), app(2), flush, app(2), app(2), flush}}
	s.process("P", filled(s, r, pub(4)))
	s.process("C", lossyConsumer(r))
}}

var dropping = scenario{name: "a batch dropped", on: everyMachine, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 3)
	r.ahead = 3
	r.plans = [][]act{{app(2), app(2), drop, pub(2), pub(3)}}
	s.process("P", filled(s, r, pub(2)))
	s.process("C", lossyConsumer(r))
}}

// A consumer that begins at any anchor while batches are made and dropped.
var anchoring = scenario{name: "beginning at an anchor beside batches", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 4)
	r.plans = [][]act{{app(2), app(2), drop, app(3), flush, pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2)))
	s.process("C", newStarter(r, oldest))
}}

// The same beside single messages.
var anchoringSingle = scenario{name: "beginning at an anchor", on: []machine{Arm}, build: func(s *system) {
	r := newRing(s, 12, 2, 0, 4)
	r.plans = [][]act{{pub(3), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2)))
	s.process("C", newStarter(r, oldest))
}}

// A batch longer than the ring has to be cut.
var longBatch = scenario{name: "a batch longer than the ring", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 0, 5)
	r.plans = [][]act{{app(2), app(2), app(2), app(2), app(2), flush}}
	s.process("P", newProducer(r))
	s.process("C", lossyConsumer(r))
}}

var longBatchGated = scenario{name: "a batch longer than the ring, lossless", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 5)
	r.plans = [][]act{{app(2), app(2), app(2), app(2), app(2), flush}}
	s.process("P", newProducer(r))
	s.process("C", gatingConsumer(s, r, 0))
}}

func TestBatch(t *testing.T) {
	all := []scenario{batching, dropping, anchoring, anchoringSingle, longBatch, longBatchGated}
	for _, sc := range all {
		sc.holds(t)
	}
	sc, arm := []machine{SC}, []machine{Arm}
	breaks(t, mutation{name: "the first word held back", without: []string{"hold back the first word"}}, sc, batching, dropping)
	breaks(t, mutation{name: "C1 release", weaken: map[string]order{"C1": plain}}, arm, batching)
	breaks(t, mutation{name: "P2 over a dropped batch", without: []string{"believe no zero"}}, sc, dropping)
	breaks(t, mutation{name: "C2 after C1", without: []string{"anchor after commit"}}, sc, anchoring)
	breaks(t, mutation{name: "C2 release", weaken: map[string]order{"C2": plain}}, arm, anchoringSingle)
	breaks(t, mutation{name: "bound on a batch", without: []string{"bound on a batch"}}, sc, longBatch)
	breaks(t, mutation{name: "bound on a batch and flush before waiting",
		without: []string{"bound on a batch", "flush before waiting"}}, sc, longBatchGated)
}
