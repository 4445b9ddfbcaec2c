package model

import (
	"fmt"
	"hash/maphash"
	"strings"
	"time"
)

// An action is one step of the whole system.
type action struct {
	proc int
	kind actionKind
	arg  int // which of the possible results; which store; which load
}

type actionKind uint8

const (
	actStep    actionKind = iota // the process's next op
	actDrain                     // a waiting store becomes visible
	actLate                      // a late load is carried out
	actKill                      // the process dies
	actFreeze                    // the process is stopped for ever
	actTimeout                   // a bounded sleep runs out
)

// A verdict is the outcome of an exploration.
type verdict struct {
	states    int
	seconds   float64
	violation string   // "" if none
	trace     []string // the shortest interleaving that leads there
	final     map[string]bool
}

func (v *verdict) String() string {
	if v.violation == "" {
		return fmt.Sprintf("%d states, %.1f s", v.states, v.seconds)
	}
	return fmt.Sprintf("%s (%d states, %.1f s)\n  %s", v.violation, v.states, v.seconds, strings.Join(v.trace, "\n  "))
}

// An explorer visits every state a system can reach, nearest first.
type explorer struct {
	sys       *system
	automaton *automaton
	seed      maphash.Seed
	seen      table
	parent    []uint32 // by state: the state it was first reached from
	nth       []uint16 // by state: which of the parent's successors it is
	graph     graph
	eager     bool
	bytes     []byte              // scratch
	final     func(*state) string // labels final states, for litmus tests
	finals    map[string]bool
}

// limit is the number of states at which an exploration gives up.
const limit = 10_000_000

// explore visits all states and reports the first violation.
func explore(sys *system) *verdict { return exploreFinal(sys, nil) }

func exploreFinal(sys *system, final func(*state) string) *verdict {
	x := &explorer{sys: sys, automaton: newAutomaton(sys.machine, sys.mutation), seed: maphash.MakeSeed(), final: final,
		finals: map[string]bool{}}
	x.eager = x.mayHurry()
	start := time.Now()
	v := x.run()
	v.seconds = time.Since(start).Seconds()
	v.states = len(x.parent)
	v.final = x.finals
	return v
}

// mayHurry reports whether issuing a store may be joined to the access before it: nobody else can see the moment it is
// issued, unless a death or a membarrier falls between the two.
func (x *explorer) mayHurry() bool {
	for _, p := range x.sys.procs {
		if len(p.lives) > 1 || p.mayFreeze {
			return false
		}
	}
	return x.sys.machine != TSO || !x.sys.membarriers
}

func (x *explorer) run() *verdict {
	st, next := &state{}, &state{}
	first := x.sys.initial(x.automaton)
	for i := range first.procs {
		x.hurry(first, i)
	}
	queue := newQueue()
	queue.push(x.visit(first, 0, 0))
	var actions []action
	for n := uint32(0); ; n++ {
		bytes := queue.pop()
		if bytes == nil {
			break
		}
		st.decode(bytes, x.sys)
		if text := x.failed(st); text != "" {
			return &verdict{violation: text, trace: x.trace(n)}
		}
		actions = x.actions(actions[:0], st)
		x.graph.begin()
		for k, a := range actions {
			next.copyFrom(st)
			x.apply(next, a)
			if b := x.visit(next, n, uint16(k)); b != nil {
				queue.push(b)
			}
		}
		if x.final != nil && len(actions) == 0 {
			x.finals[x.final(st)] = true
		}
		if x.ended(st) {
			x.graph.good(n)
		}
		if len(x.parent) > limit {
			return &verdict{violation: fmt.Sprintf("gave up at %d states", limit)}
		}
	}
	if !x.sys.endless {
		if n, stuck := x.graph.stuck(); stuck {
			return &verdict{violation: "stuck: the end can no longer be reached", trace: x.trace(n)}
		}
	}
	return &verdict{}
}

// visit notes a transition, and returns the state's bytes if it was not seen before.
func (x *explorer) visit(st *state, from uint32, nth uint16) []byte {
	x.sys.normalize(st)
	x.bytes = st.encode(x.bytes[:0], x.sys.machine)
	n, isNew := x.seen.add(maphash.Bytes(x.seed, x.bytes))
	x.graph.edge(n)
	if !isNew {
		return nil
	}
	x.parent = append(x.parent, from)
	x.nth = append(x.nth, nth)
	return append([]byte(nil), x.bytes...)
}

// failed returns what a process has found to be wrong.
func (x *explorer) failed(st *state) string {
	for i := range st.procs {
		if o := &x.automaton.nodes[st.procs[i].node].op; o.kind == opFail && !st.procs[i].frozen {
			return x.sys.procs[i].name + ": " + o.text
		}
	}
	return ""
}

// ended reports whether every process has come to its end.
func (x *explorer) ended(st *state) bool {
	for i := range st.procs {
		if st.procs[i].running() || len(st.procs[i].buffer) > 0 {
			return false
		}
	}
	return true
}

// actions lists everything that can happen next.
func (x *explorer) actions(list []action, st *state) []action {
	for i := range st.procs {
		p := &st.procs[i]
		for k := range p.buffer {
			if p.buffer[k].order != barrier && mayDrain(x.sys.machine, p.buffer, k) {
				list = append(list, action{i, actDrain, k})
			}
		}
		if !p.running() {
			continue
		}
		for k, l := range p.copying {
			if !l.done {
				for c := range st.readable(nil, l.at, max(l.from, p.place[l.at])) {
					list = append(list, action{i, actLate, k<<8 | c})
				}
			}
		}
		if p.asleep == 0 {
			for c := range x.results(st, i) {
				list = append(list, action{i, actStep, c})
			}
		} else if x.sys.timeouts {
			list = append(list, action{i, actTimeout, 0})
		}
		if x.mayKill(st, i) {
			list = append(list, action{i, actKill, 0})
		}
		if x.mayFreeze(st, i) {
			list = append(list, action{i, actFreeze, 0})
		}
	}
	return list
}

func (x *explorer) apply(st *state, a action) {
	p := &st.procs[a.proc]
	switch a.kind {
	case actDrain:
		p.drain(x.sys.machine, &st.memory, a.arg)
		x.exit(st, a.proc)
		return
	case actLate:
		l := &p.copying[a.arg>>8]
		t := st.readable(nil, l.at, max(l.from, p.place[l.at]))[a.arg&255]
		l.val, t = st.atTime(l.at, t)
		l.done, l.from = true, 0
		p.loaded(l.at, plain, t)
		return
	case actKill:
		x.kill(st, a.proc)
	case actFreeze:
		p.frozen = true
		return
	case actTimeout:
		p.asleep = 0
	case actStep:
		x.step(st, a.proc, a.arg)
	}
	x.hurry(st, a.proc)
	x.exit(st, a.proc)
}

// hurry carries out the ops that belong to the access before them: ghosts, and stores nobody sees issued.
func (x *explorer) hurry(st *state, i int) {
	p := &st.procs[i]
	for p.node != 0 && p.asleep == 0 {
		switch o := &x.automaton.nodes[p.node].op; o.kind {
		case opGhostLoad, opGhostStore, opDiscard, opCopy:
		case opCopied:
			if !p.copying[o.at].done {
				return
			}
		case opStore, opFence:
			if !x.eager || x.sys.machine == SC || o.order == exchange || x.results(st, i) == 0 {
				return
			}
		default:
			return
		}
		x.step(st, i, 0)
	}
}
