package model

import "testing"

// The producer is killed before any instruction and starts again: it goes on where the records end, and nobody reads
// anything that was not committed.

func crashing(consumer func(s *system, r *ring) program, first, second []act) func(s *system) {
	return func(s *system) {
		r := newRing(s, 12, 2, 1, 0)
		r.ahead = 2
		r.plans = [][]act{first, second}
		q := filled(s, r, pub(3), pub(2), pub(2))
		s.process("P", q, restarted(r, 2))
		s.process("C", consumer(s, r))
	}
}

func asLossy(_ *system, r *ring) program    { return lossyConsumer(r) }
func asLossless(s *system, r *ring) program { return gatingConsumer(s, r, 0) }
func asStarter(_ *system, r *ring) program  { return newStarter(r, oldest) }
func asNewest(_ *system, r *ring) program   { return newestReader{lossyConsumer(r), 1} }
func asJoiner(_ *system, r *ring) program   { return newJoiner(r, 0, oldest) }

var (
	single = []act{pub(2), pub(4), end}
	batch  = []act{app(2), app(2), flush, end}
	filler = []act{claim(4, 2), abort(4), end}
	after  = []act{pub(2), pub(3), end}
	both   = []machine{SC, TSO}
	weak   = []machine{Arm}
)

var (
	crashSingle   = scenario{name: "killed while publishing, lossy", on: both, long: weak, build: crashing(asLossy, single, after)}
	crashSmall    = scenario{name: "killed while publishing one", on: []machine{Arm}, build: crashing(asLossy, []act{pub(2), end}, []act{pub(3), end})}
	crashBatch    = scenario{name: "killed in a batch, lossy", on: both, build: crashing(asLossy, batch, after), long: weak}
	crashClaim    = scenario{name: "killed in a claim, lossy", on: both, build: crashing(asLossy, filler, after), long: weak}
	crashGated    = scenario{name: "killed while publishing, lossless", on: both, long: weak, build: crashing(asLossless, single, after)}
	crashGatedB   = scenario{name: "killed in a batch, lossless", on: both, build: crashing(asLossless, batch, after), long: weak}
	crashStart    = scenario{name: "killed in a batch, beginning at an anchor", on: both, build: crashing(asStarter, batch, []act{pub(3), end}), long: weak}
	crashNewest   = scenario{name: "killed in a batch, newest", on: both, build: crashing(asNewest, batch, after), long: weak}
	crashJoin     = scenario{name: "killed in a batch, joining", on: both, build: crashing(asJoiner, batch, after), long: weak}
	crashTwice    = scenario{name: "killed twice", on: both, build: crashTwiceOver, long: weak}
	crashAnchor   = scenario{name: "producer killed before an anchor, consumer killed in its segment", on: []machine{SC}, build: crashBeforeAnchor, long: []machine{TSO}}
	crashForEver  = scenario{name: "killed for good", on: everyMachine, build: crashForGood}
	crashAndTaken = scenario{name: "producer and consumer killed", on: []machine{SC}, build: crashBothSides, long: []machine{TSO}}
)

func crashTwiceOver(s *system) {
	r := newRing(s, 12, 2, 1, 0)
	r.plans = [][]act{{pub(2), end}, {app(2), app(2), end}, {pub(3), end}}
	s.process("P", filled(s, r, pub(3), pub(2)), restarted(r, 2), restarted(r, 3))
	s.process("C", lossyConsumer(r))
}

// Both die: the consumer still resumes where it was, though an anchor may be missing.
func crashBothSides(s *system) {
	r := newRing(s, 12, 4, 1, 0)
	r.plans = [][]act{{pub(2), pub(2), end}, {pub(2), end}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2)), restarted(r, 2))
	s.process("C", gatingConsumer(s, r, 0), again(r, 0))
}

// The producer dies for good: that is reported when all is read, not before.
func crashForGood(s *system) {
	r := newRing(s, 12, 4, 0, 0)
	r.plans = [][]act{{pub(2), pub(2)}}
	s.holders[r.writing] = uint8(len(s.procs) + 1)
	s.process("P", filled(s, r, pub(2)), nil)
	c := lossyConsumer(r)
	c.looks = true
	s.process("C", c)
}

// The producer is killed between a commit and its anchor; a consumer in that segment is killed and resumes.
func crashBeforeAnchor(s *system) {
	r := newRing(s, 12, 4, 1, 0)
	r.plans = [][]act{{pub(2), end}, {pub(2), pub(2), pub(2), end}}
	s.process("P", filled(s, r, pub(2), pub(2), pub(2), pub(2)), restarted(r, 2))
	c := gatingConsumer(s, r, 0)
	c.h, c.exp, c.told = 8, 4, 8
	s.words[r.entries[0].head].initial, s.words[r.entries[0].nextSeq].initial = c.h, c.exp
	s.process("C", c, again(r, 0))
}

func TestCrash(t *testing.T) {
	all := []scenario{crashSingle, crashSmall, crashBatch, crashClaim, crashGated, crashGatedB, crashStart, crashNewest, crashJoin,
		crashTwice, crashForEver, crashAndTaken, crashAnchor}
	for _, sc := range all {
		sc.holds(t)
	}
	sc := []machine{SC}
	breaks(t, mutation{name: "P2 over what a dead producer left", without: []string{"believe no zero"}}, sc, crashBatch, crashClaim)
	breaks(t, mutation{name: "C2 after C1", without: []string{"anchor after commit"}}, sc, crashStart)
	breaks(t, mutation{name: "the first word held back", without: []string{"hold back the first word"}}, sc, crashBatch)
	breaks(t, mutation{name: "P2 before C1", without: []string{"zero before commit"}}, sc, crashSingle)
	breaks(t, mutation{name: "C3 after C1", without: []string{"commit before last"}}, sc, crashNewest, crashSingle)
	breaks(t, mutation{name: "missing anchors refilled", without: []string{"refill anchors"}}, sc, crashAnchor)
	breaks(t, mutation{name: "R8, a last look at the ring", without: []string{"look again"}}, sc, crashForEver)
	// A position is closed once: the old word only ends the stream for who asks before the next publish.
	spares(t, mutation{name: "closed cleared on restart", without: []string{"clear closed"}}, both, crashSingle)
	// With intent apart from reserved, what is granted was seen free by whoever granted it.
	spares(t, mutation{name: "no grant believed on restart", without: []string{"believe no grant"}}, both, crashSingle, crashGated, crashGatedB)
}
