package ringgroup

import (
	"slices"
	"strings"
)

func entering(pc string) bool { return strings.HasPrefix(pc, "enter") }

// enter is a process on its way into the slot of a dead member: lock, hand back what the slot has, bury the other dead, find the oldest
// unfinished message, gate.
func (m *model) enter(w *world, p *proc, me int) {
	switch p.pc {
	case "enter":
		p.slot = int8(slices.Index(w.locks[:], -1))
		w.locks[p.slot] = int8(me)
		if p.pc = "enter: hand back, load"; m.broken == noHandBack {
			p.pc = "enter: bury, load"
		}
	case "enter: hand back, load":
		p.seen = w.words[p.at]
		if p.pc = "enter: hand back, swap"; p.seen.slot() != int(p.slot) {
			p.nextWord("enter: hand back, load", "enter: bury, load")
		}
	case "enter: hand back, swap":
		if m.swap(w, p.at, p.seen, p.seen.with(handedBack)) {
			p.nextWord("enter: hand back, load", "enter: bury, load")
		} else {
			p.pc = "enter: hand back, load"
		}
	case "enter: bury, load":
		p.seen = w.words[p.at]
		if p.pc = "enter: bury, probe"; p.seen.slot() < 0 {
			p.nextWord("enter: bury, load", "enter: lowest")
		}
	case "enter: bury, probe":
		if p.pc = "enter: bury, swap"; p.seen.slot() == int(p.slot) || m.living(w, p.seen.slot()) {
			p.nextWord("enter: bury, load", "enter: lowest")
		}
	case "enter: bury, swap":
		m.swap(w, p.at, p.seen, p.seen.with(handedBack))
		p.nextWord("enter: bury, load", "enter: lowest")
	case "enter: lowest":
		m.lowest(w, p)
	case "enter: gate":
		p.cursor, p.gate = p.low, max(p.low, w.gone)
		p.rest()
	}
}

// nextWord goes on with the next word, or after the last with what comes then.
func (p *proc) nextWord(again, then string) {
	p.seen = 0
	if p.pc, p.at = again, p.at+1; p.at == modelWords {
		p.pc, p.at = then, 0
	}
}

// lowest looks at one word after the other.
func (m *model) lowest(w *world, p *proc) {
	one := claims{words: []uint64{0, 0}, shift: 1}
	one.words[p.at] = uint64(w.words[p.at])
	one.words[1-p.at] = uint64(makeWord(1<<20, 0, finished)) // far ahead: it does not count
	if low := int8(one.lowest(modelMessages)); p.at == 0 || low < p.low {
		p.low = low
	}
	p.nextWord("enter: lowest", "enter: gate")
}
