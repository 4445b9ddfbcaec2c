package model

import "fmt"

// A ring is the shared memory of the protocol, tiny: positions count words, the record alignment A is one word, a header
// is two words (commit word, seq), and the capacity is a handful of segments.
type ring struct {
	C, S, F value // capacity, segment, largest flush

	intent, reserved, last place
	wakes, closed          place
	anchors, data          []place
	waiting, space         place
	entries                []entry
	writing                place // lock: the producer's byte

	plans     [][]act // what each life of the producer does
	messages  value   // a consumer is done when it has come past this seq; 0: when it is told the end of the stream
	demotable bool
	sleeping  bool  // wait asleep, not spinning
	ahead     value // how many words to keep zero ahead
	huge      bool  // payloads are copied with non-temporal stores, and an sfence behind

	truth  []truthOf
	made   place // ghost: how many records exist
	sealed place // ghost: at which seqs the stream was closed, as bits
}

// An entry of the heads file, and the lock byte that goes with it.
type entry struct{ state, head, nextSeq, alive place }

// truthOf holds two ghosts about the record of one seq: where it is and what its commit word is, once it exists.
type truthOf struct{ where, word place }

const (
	header value = 2
	zero   value = 1 // the zero behind a record: the 8 in `W+n+8`
)

// Words that a record holds. Payload is made to look like headers: whoever reads at a wrong place believes what it finds.
const (
	committedBit value = 64
	lengthMask   value = 7
	tagShift           = 8
)

func committed(w value) bool { return w&committedBit != 0 }
func size(w value) value     { return header + w&lengthMask }

func commitWord(n, tag value) value { return committedBit | (n - header) | tag<<tagShift }

// payload is word i of a message: the header of a record that was never sent, with a plausible seq.
func payload(i, seq, tag value) value {
	if i%2 == 0 {
		return commitWord(header+3, tag)
	}
	return seq + 1
}

// newRing lays a ring out in a system, as INIT of the design leaves it at position 0.
func newRing(s *system, capacity, segment value, consumers, messages int) *ring {
	r := &ring{C: capacity, S: segment, F: (capacity - segment - 1) / 2, messages: value(messages)}
	if s.mutation.drops("bound on a flush") {
		r.F = capacity / 2
	}
	r.intent, r.reserved = s.word("intent", capacity), s.word("reserved", capacity)
	r.last, r.wakes, r.closed = s.word("last", 0), s.word("wakes", 0), s.word("closed", 0)
	for i := range int(capacity / segment) {
		r.anchors = append(r.anchors, s.word(fmt.Sprintf("anchor[%d]", i), 0))
	}
	for i := range int(capacity) {
		r.data = append(r.data, s.word(fmt.Sprintf("data[%d]", i), 0))
	}
	r.waiting, r.space = s.word("waiting", 0), s.word("space", 0)
	for i := range consumers {
		n := func(f string) string { return fmt.Sprintf("entry[%d].%s", i, f) }
		r.entries = append(r.entries, entry{s.word(n("state"), 0), s.word(n("head"), 0), s.word(n("nextSeq"), 0), s.lock(n("alive"))})
	}
	r.writing = s.lock("writing")
	for i := range 10 {
		r.truth = append(r.truth, truthOf{s.ghost(fmt.Sprintf("where[%d]", i), -1), s.ghost(fmt.Sprintf("word[%d]", i), 0)})
	}
	r.made, r.sealed = s.ghost("made", 0), s.ghost("sealed", 0)
	return r
}

func (r *ring) at(p value) place     { return r.data[p%r.C] }
func (r *ring) anchor(p value) place { return r.anchors[p/r.S%value(len(r.anchors))] }
func (r *ring) floorS(p value) value { return p / r.S * r.S }
func (r *ring) ceilS(p value) value  { return (p + r.S - 1) / r.S * r.S }

// span is the places of n words.
func (r *ring) span(p, n value) []place {
	list := make([]place, n)
	for i := range list {
		list[i] = r.at(p + value(i))
	}
	return list
}

// beyond is the one comparison of positions: unsigned, so that it is also true for r far behind p.
func (r *ring) beyond(reserved, p value) bool { return uint16(reserved-p) > uint16(r.C) }

// lapped is the one test for everything: position p may be gone.
func (r *ring) lapped(p *proc, edge string, pos value) bool {
	return r.beyond(p.load(edge, r.reserved, acquire), pos)
}

// The state word of an entry.
const (
	free value = iota
	joining
	gating
	parked
	demoted
	lossy
	modes
)

func mode(s value) value           { return s % modes }
func epoch(s value) value          { return s / modes }
func stateOf(epoch, m value) value { return epoch*modes + m }

// What happened, as the checker knows it.

// exist notes that a record exists from now on.
func (r *ring) exist(p *proc, pos, seq, w value) {
	p.setGhost(r.truth[seq].where, pos)
	p.setGhost(r.truth[seq].word, w)
	p.setGhost(r.made, seq+1)
}

// check fails unless this is a record that exists, whole.
func (r *ring) check(p *proc, what string, pos, w, seq value, body []value) {
	if seq < 0 || int(seq) >= len(r.truth) || p.ghost(r.truth[seq].where) != pos || p.ghost(r.truth[seq].word) != w {
		p.fail("%s: no such record: seq %d, word %d at %d", what, seq, w, pos)
	}
	for i, b := range body {
		p.assert(b == payload(value(i), seq, w>>tagShift), "%s: torn: payload word %d of seq %d is %d", what, i, seq, b)
	}
}
