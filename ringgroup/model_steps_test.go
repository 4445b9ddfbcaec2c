package ringgroup

import (
	"fmt"
	"slices"
)

// step is one access of one process, or its death.
type step struct {
	to     world
	what   string
	broken string // the promise that it breaks
}

// steps are all that can happen next.
func (m *model) steps(w world) (all []step) {
	for i := range w.procs {
		if w.procs[i].pc == "dead" {
			continue
		}
		if w.kills > 0 && slices.Contains(m.killed, i) && w.procs[i].slot >= 0 {
			all = append(all, m.kill(w, i))
		}
		for _, choice := range m.choices(&w, i) {
			s := step{to: w, what: fmt.Sprintf("%d %s %s %d", i, w.procs[i].pc, choice, w.procs[i].at)}
			s.broken = m.run(&s.to, &s.to.procs[i], i, choice)
			s.to.overwrite()
			all = append(all, s)
		}
	}
	return all
}

func (m *model) kill(w world, i int) step {
	w.kills--
	for slot, p := range w.locks {
		if p == int8(i) {
			w.locks[slot] = -1
		}
	}
	w.procs[i] = proc{pc: "dead", slot: -1, gate: -1}
	w.overwrite()
	return step{to: w, what: fmt.Sprintf("%d is killed", i)}
}

// overwrite is the worst that the producer may do: it overwrites everything that no living gate keeps.
func (w *world) overwrite() {
	low := int8(modelMessages)
	for _, p := range w.procs {
		if p.gate >= 0 {
			low = min(low, p.gate)
		}
	}
	w.gone = max(w.gone, low)
}

// choices are what a process may do where it is free to choose: finish something, take something, or look around.
func (m *model) choices(w *world, i int) []string {
	p := &w.procs[i]
	if p.pc == "enter" && (m.closed || !slices.Contains(w.locks[:], -1)) {
		return nil
	}
	if p.pc != "choose" {
		return []string{""}
	}
	var list []string
	for n := range int8(modelMessages) {
		if p.have&(1<<n) != 0 {
			list = append(list, fmt.Sprint("finish ", n))
		}
	}
	if p.cursor < modelMessages {
		list = append(list, "take")
	}
	return append(list, "settle")
}

// swap is one compare-and-swap.
func (m *model) swap(w *world, n int8, old, new word) bool {
	if m.broken != noCompare && w.words[n%modelWords] != old {
		return false
	}
	w.words[n%modelWords] = new
	return true
}

func (m *model) living(w *world, slot int) bool {
	return m.broken != noProbe && slot >= 0 && w.locks[slot] >= 0
}

func (m *model) run(w *world, p *proc, me int, choice string) (broken string) {
	if entering(p.pc) {
		m.enter(w, p, me)
		return ""
	}
	switch p.pc {
	case "choose":
		m.choose(w, p, choice)
	case "take: load":
		m.load(w, p)
	case "take: swap":
		return m.take(w, p, me)
	case "settle":
		m.settle(w, p)
	case "acknowledge":
		p.gate = p.low
		if m.broken == ackTooFar {
			p.gate = p.cursor
		}
		p.pc, p.at, p.sweeping = "take: load", p.low, true
		if m.broken == noSweep || p.low == p.cursor {
			p.rest()
		}
	case "bury: load":
		p.seen = w.words[p.at%modelWords]
		p.pc = "bury: probe"
		if m.broken == probeBeforeLoad {
			p.pc = "bury: swap"
		}
	case "bury: probe":
		m.probe(w, p)
	case "bury: swap":
		m.swap(w, p.at, p.seen, p.seen.with(handedBack))
		p.pc = "take: load"
	}
	return ""
}

// rest brings a process back to where it chooses.
func (p *proc) rest() { p.pc, p.at, p.seen, p.sweeping, p.probed = "choose", 0, 0, false, false }

func (m *model) choose(w *world, p *proc, choice string) {
	var n int8
	switch {
	case choice == "take":
		p.pc, p.at = "take: load", p.cursor
	case choice == "settle":
		p.pc = "settle"
	default:
		fmt.Sscanf(choice, "finish %d", &n)
		old := w.words[n%modelWords] // nobody else changes the word of who lives
		if p.have &^= 1 << n; old.standing(modelRound(n)) == held && old.slot() == int(p.slot) {
			m.swap(w, n, old, old.with(finished))
			w.worked[n] = 1
		}
	}
}

// load looks at a word, to take the message at or pass it.
func (m *model) load(w *world, p *proc) {
	p.seen = w.words[p.at%modelWords]
	s := p.seen.standing(modelRound(p.at))
	if m.broken == noWindow && s == crowded {
		s = untaken
	}
	switch {
	case s == untaken || s == returned:
		p.pc = "take: swap"
	case p.sweeping && s == held && p.seen.slot() != int(p.slot):
		p.pc = "bury: load"
		if m.broken == probeBeforeLoad {
			p.pc = "bury: probe"
		}
	case s == crowded:
		p.rest()
	default:
		p.pass()
	}
}

// pass goes on to the next message.
func (p *proc) pass() {
	p.at++
	if !p.sweeping {
		p.cursor = p.at
		p.rest()
	} else if p.pc = "take: load"; p.at >= p.cursor {
		p.rest()
	}
}

func (m *model) take(w *world, p *proc, me int) (broken string) {
	n, again := p.at, 0
	if p.seen.standing(modelRound(n)) == returned && m.broken != noCount {
		again = p.seen.again() + 1
	}
	if !m.swap(w, n, p.seen, makeWord(modelRound(n), again, slotZero+int(p.slot))) {
		p.pc = "take: load"
		return ""
	}
	for i := range w.procs {
		if i != me && w.procs[i].have&(1<<n) != 0 {
			broken = fmt.Sprintf("%d takes message %d, which %d has", me, n, i)
		}
	}
	switch w.given[n] = min(w.given[n]+1, 2); {
	case n < w.gone:
		return fmt.Sprintf("message %d is lost, though a member lives that was there all the time", n)
	case w.worked[n] > 0:
		return fmt.Sprintf("message %d is given out though it is finished", n)
	case w.given[n] > 1 && m.kills == 0:
		return fmt.Sprintf("message %d is given out twice, though nobody died", n)
	}
	p.have |= 1 << n
	if !p.sweeping {
		p.cursor++
	}
	p.rest()
	return broken
}

// settle finds the oldest unfinished message.
func (m *model) settle(w *world, p *proc) {
	if p.low < p.cursor && w.words[p.low%modelWords].standing(modelRound(p.low)) == over {
		p.low++
		return
	}
	p.pc = "acknowledge"
}

func (m *model) probe(w *world, p *proc) {
	slot := p.seen.slot()
	switch {
	case slot < 0:
		p.pc = "take: load"
	case m.living(w, slot):
		p.pass()
	case m.broken == probeBeforeLoad:
		p.pc = "bury: load"
	default:
		p.pc = "bury: swap"
	}
}
