package model

import "testing"

// Lossless consumers hold the producer back, lose nothing, and never see a false lap.

var gated = scenario{name: "one lossless", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 6)
	r.plans = [][]act{{pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0))
}}

var gatedLazy = scenario{name: "one lossless that publishes its head late", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 12, 4, 1, 7)
	r.ahead = 6
	r.plans = [][]act{{pub(3), pub(2), pub(3)}}
	s.process("P", filled(s, r, pub(3), pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.lazy = true
	s.process("C", c)
}}

// A view is read after the check: only the gate keeps it whole.
var viewing = scenario{name: "one lossless that looks at the ring itself", on: everyMachine, build: func(s *system) {
	r := newRing(s, 12, 2, 1, 6)
	r.plans = [][]act{{pub(4), pub(2)}}
	s.process("P", filled(s, r, pub(4), pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.views = true
	s.process("C", c)
}}

var gatedTwo = scenario{name: "two lossless", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 8, 2, 2, 5)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0))
	s.process("D", gatingConsumer(s, r, 1))
}}

var gatedBesideLossy = scenario{name: "one lossless beside one lossy", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 5)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0))
	s.process("D", lossyConsumer(r))
}}

// A producer that gives up lowers intent again: still nothing is granted that was not seen free.
var givingUp = scenario{name: "a producer that gives up, a consumer that joins", on: both, build: func(s *system) {
	r := newRing(s, 8, 2, 2, 0)
	n := act{tries, 2, 0}
	r.plans = [][]act{{n, n, end}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0))
	s.process("D", newJoiner(r, 1, oldest))
}}

// A consumer stopped for ever is demoted when there is a deadline; whoever goes on reads nothing torn and is told.
var demoting = scenario{name: "a lossless consumer that may be stopped for ever", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 6)
	r.demotable = true
	r.plans = [][]act{{pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0)).mayFreeze = true
}}

// Without a deadline only the dead are passed over.
var burying = scenario{name: "a lossless consumer that may be killed", on: everyMachine, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 6)
	r.plans = [][]act{{pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	s.process("C", gatingConsumer(s, r, 0), nil)
}}

// An entry changes hands while the producer looks at it.
var reusing = scenario{name: "an entry used by one after another", on: both, long: weak, build: func(s *system) {
	r := newRing(s, 8, 2, 1, 6)
	r.plans = [][]act{{pub(2), pub(2), pub(2)}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
	c := gatingConsumer(s, r, 0)
	c.quits = 1
	s.process("C", c, nil)
	s.process("D", newJoiner(r, 0, oldest))
}}

// A process that writes what it likes into entries that are not its own.
func scribbled(times int) func(s *system) {
	return func(s *system) {
		r := newRing(s, 8, 2, 2, 5)
		r.demotable = true
		r.plans = [][]act{{pub(2), pub(2)}}
		s.process("P", filled(s, r, pub(2), pub(2), pub(2)))
		s.process("C", gatingConsumer(s, r, 0))
		s.holders[r.entries[1].alive] = uint8(len(s.procs) + 1)
		s.process("V", vandal{r, times})
	}
}

var vandalized = scenario{name: "a heads file somebody scribbles in", on: both, build: scribbled(1)}
var vandalizedTwice = scenario{name: "a heads file somebody scribbles in twice", long: both, build: scribbled(2)}

// A vandal holds the lock of entry 1 and scribbles over one of the entries.
type vandal struct {
	*ring
	times int
}

func (v vandal) Run(p *proc) program {
	if v.times == 0 {
		return nil
	}
	e := v.entries[p.choose("entry", 2)]
	if p.maybe("the state") {
		p.store("", e.state, [...]value{stateOf(9, gating), stateOf(2, free)}[p.choose("state", 2)], plain)
	} else {
		p.store("", e.head, [...]value{0, 3, 99}[p.choose("head", 3)], plain)
	}
	v.times--
	return v
}

func TestGate(t *testing.T) {
	all := []scenario{gated, gatedLazy, viewing, gatedTwo, gatedBesideLossy, givingUp, demoting, burying, reusing, vandalized, vandalizedTwice}
	for _, sc := range all {
		sc.holds(t)
	}
	sc, arm := []machine{SC}, []machine{Arm}
	breaks(t, mutation{name: "E2, the scan", without: []string{"E2"}}, sc, gated)
	breaks(t, mutation{name: "intent apart from reserved", without: []string{"intent apart from reserved"}}, sc, gated)
	breaks(t, mutation{name: "R4 after R2", without: []string{"R4 after R2"}}, sc, gated)
	breaks(t, mutation{name: "R4 release", weaken: map[string]order{"R4": plain}}, arm, viewing)
	breaks(t, mutation{name: "the head published in time", without: []string{"publish before empty", "publish every segment"}}, sc, gatedLazy)
	breaks(t, mutation{name: "zero only below the limit", without: []string{"zero below the limit"}}, sc, gatedLazy)
	breaks(t, mutation{name: "R3 on a ring with a deadline", without: []string{"R3"}}, sc, demoting)
	breaks(t, mutation{name: "park by compare-and-swap", without: []string{"cas park"}}, sc, reusing)
	breaks(t, mutation{name: "probe after load", without: []string{"probe after load"}}, sc, reusing)
	breaks(t, mutation{name: "lock before state", without: []string{"lock before state"}}, sc, reusing)
}
