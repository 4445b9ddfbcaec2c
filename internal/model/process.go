package model

import "fmt"

// A program is a process at a point of rest: a comparable value that holds its private words. Run carries out one
// round of the protocol, say one publish or one poll, and returns the process at the next point of rest; nil ends it.
//
// Run is ordinary code that is suspended at every access to shared memory. To resume, it is run again from its point
// of rest with the results of its accesses so far. So it must depend on nothing but its receiver and those results.
type program interface{ Run(p *proc) program }

// An op is one access to what processes share.
type op struct {
	kind  opKind
	edge  string // its name in the design
	at    place  // or the number of a ghost, a lock
	val   value  // stored or expected; or the number of choices
	new   value  // compare-and-swap: to be stored
	order order
	fence fence
	text  string // what failed, what is chosen
}

type opKind uint8

const (
	opLoad opKind = iota
	opStore
	opExchange
	opCompareAndSwap
	opFence
	opCopy    // begin to load one word of a copy
	opCopied  // use it
	opDiscard // forget a copy that is not used
	opMembarrier
	opFutexWait
	opFutexWake
	opLock
	opUnlock
	opProbe
	opChoose
	opGhostLoad
	opGhostStore
	opDone
	opFail
)

// A proc is what a running program sees of the machine.
type proc struct {
	machine  machine
	mutation *mutation
	log      []result
	at       int // how much of the log has been replayed
	copying  int // words of a copy begun and not yet used or dropped
	next     op
}

type result struct {
	whole bool // stands for all of a `once`
	val   value
}

// suspended is what do panics with to leave Run.
type suspended struct{}

// do replays the result of an op, or suspends the program there.
func (p *proc) do(o op) value {
	if p.at < len(p.log) {
		p.at++
		return p.log[p.at-1].val
	}
	p.next = o
	panic(suspended{})
}

func (p *proc) load(edge string, at place, o order) value {
	return p.do(op{kind: opLoad, edge: edge, at: at, order: p.mutation.order(edge, o)})
}

func (p *proc) store(edge string, at place, v value, o order) {
	if p.mutation.drops(edge) {
		return
	}
	o = p.mutation.order(edge, o)
	kind := opStore
	if o == exchange {
		kind = opExchange
	}
	p.do(op{kind: kind, edge: edge, at: at, val: v, order: o})
}

// compareAndSwap reports whether it stored.
func (p *proc) compareAndSwap(edge string, at place, old, new value) bool {
	if !p.keeps("cas " + edge) { // a mutation: store without comparing
		p.do(op{kind: opExchange, edge: edge, at: at, val: new, order: exchange})
		return true
	}
	return p.do(op{kind: opCompareAndSwap, edge: edge, at: at, val: old, new: new}) != 0
}

func (p *proc) fence(edge string, f fence) {
	if !p.mutation.drops(edge) {
		p.do(op{kind: opFence, edge: edge, fence: f})
	}
}

// A copied is the destination of a plain copy. On Arm the copy may still be under way until a fence, or until used.
type copied struct {
	p     *proc
	words []value
	late  bool
}

// copy loads consecutive words with no order among them.
func (p *proc) copy(edge string, at []place) *copied {
	c := &copied{p, make([]value, len(at)), p.machine == Arm}
	for i := range at {
		if c.late {
			p.do(op{kind: opCopy, edge: edge, at: at[i], val: value(i)})
			p.copying++
		} else {
			c.words[i] = p.load(edge, at[i], plain)
		}
	}
	return c
}

// use returns the bytes copied.
func (c *copied) use() []value {
	for i := 0; c.late && i < len(c.words); i++ {
		c.words[i] = c.p.do(op{kind: opCopied, at: place(i)})
		c.p.copying--
	}
	c.late = false
	return c.words
}

// membarrier drains the store buffers of all processes that registered for it.
func (p *proc) membarrier(edge string) {
	if !p.mutation.drops(edge) {
		p.do(op{kind: opMembarrier, edge: edge})
	}
}

// futexWait sleeps until woken if the word still has this value.
func (p *proc) futexWait(edge string, at place, v value) {
	p.do(op{kind: opFutexWait, edge: edge, at: at, val: v})
}

// futexWake wakes all that sleep on the word.
func (p *proc) futexWake(edge string, at place) {
	if !p.mutation.drops(edge) {
		p.do(op{kind: opFutexWake, edge: edge, at: at})
	}
}

// lock takes a kernel lock if it is free, unlock gives it back, held probes it. Death gives back all.
func (p *proc) lock(l place) bool { return p.do(op{kind: opLock, at: l}) != 0 }
func (p *proc) unlock(l place)    { p.do(op{kind: opUnlock, at: l}) }
func (p *proc) held(l place) bool { return p.do(op{kind: opProbe, at: l}) != 0 }

// choose is decided by the checker, which tries all of [0, n).
func (p *proc) choose(text string, n int) int {
	return int(p.do(op{kind: opChoose, text: text, val: value(n)}))
}

func (p *proc) maybe(text string) bool { return p.choose(text, 2) == 1 }

// Ghosts are words only the checker knows: what really happened. They are exact and move with the access before them.
func (p *proc) ghost(g place) value       { return p.do(op{kind: opGhostLoad, at: g}) }
func (p *proc) setGhost(g place, v value) { p.do(op{kind: opGhostStore, at: g, val: v}) }
func (p *proc) fail(text string, args ...any) {
	p.do(op{kind: opFail, text: fmt.Sprintf(text, args...)})
}
func (p *proc) assert(ok bool, t string, args ...any) {
	if !ok {
		p.fail(t, args...)
	}
}

// once runs f and remembers nothing of it but what it returns. f must change no variable of its surroundings.
func (p *proc) once(f func() value) value {
	if p.at < len(p.log) && p.log[p.at].whole {
		p.at++
		return p.log[p.at-1].val
	}
	mark := p.at
	v := f()
	p.log = append(p.log[:mark], result{true, v})
	p.at = mark + 1
	return v
}

// until repeats f until it is done. A round that is not leaves no trace: f must change no variable of its surroundings.
func (p *proc) until(f func() (done bool)) {
	mark := p.at
	for !f() {
		p.log, p.at = p.log[:mark], mark
	}
}

// keeps reports whether a rule of the protocol is in force: always, unless this run is a mutation without it.
func (p *proc) keeps(rule string) bool { return !p.mutation.drops(rule) }

// A mutation is the protocol with something broken.
type mutation struct {
	name    string
	without []string         // edges and rules left out
	weaken  map[string]order // edges with another order
}

func (m *mutation) order(edge string, o order) order {
	if m != nil {
		if w, ok := m.weaken[edge]; ok {
			return w
		}
	}
	return o
}

func (m *mutation) drops(rule string) bool {
	if m != nil {
		for _, r := range m.without {
			if r == rule {
				return true
			}
		}
	}
	return false
}

// An automaton is all programs of a system, unrolled as far as they were needed: a node for every local state.
type automaton struct {
	machine  machine
	mutation *mutation
	nodes    []node
	byState  map[localState]int32
}

type node struct {
	op    op
	state localState
	next  []edge
}

type edge struct {
	result value
	to     int32
}

// A localState is a point of rest and what happened since.
type localState struct {
	program program
	log     string
}

func newAutomaton(m machine, mut *mutation) *automaton {
	a := &automaton{machine: m, mutation: mut, byState: map[localState]int32{}}
	a.nodes = append(a.nodes, node{op: op{kind: opDone}}) // node 0
	return a
}

// after is the local state in which node n's op has had this result.
func (a *automaton) after(n int32, v value) int32 {
	for _, e := range a.nodes[n].next {
		if e.result == v {
			return e.to
		}
	}
	s := a.nodes[n].state
	log := append(decodeLog(s.log), result{val: v})
	to := a.at(s.program, log)
	a.nodes[n].next = append(a.nodes[n].next, edge{v, to})
	return to
}

// at finds where a program suspends that has come to this local state.
func (a *automaton) at(prog program, log []result) int32 {
	for rounds := 0; prog != nil; rounds++ {
		if rounds > 1000 {
			panic(fmt.Sprintf("model: %#v runs for ever without an access", prog))
		}
		p := &proc{machine: a.machine, mutation: a.mutation, log: log}
		if next, done := p.resume(prog); done {
			prog, log = next, nil
			continue
		}
		s := localState{prog, encodeLog(p.log)}
		if n, ok := a.byState[s]; ok {
			return n
		}
		n := int32(len(a.nodes))
		a.nodes = append(a.nodes, node{op: p.next, state: s})
		a.byState[s] = n
		return n
	}
	return 0
}

// resume replays the log and runs on to the next access or the next point of rest.
func (p *proc) resume(prog program) (next program, done bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(suspended); !ok {
				panic(r)
			}
		}
	}()
	next = prog.Run(p)
	if p.copying > 0 {
		p.do(op{kind: opDiscard})
	}
	return next, true
}

func encodeLog(log []result) string {
	b := make([]byte, 0, 3*len(log))
	for _, r := range log {
		whole := byte(0)
		if r.whole {
			whole = 1
		}
		b = append(b, whole, byte(r.val), byte(uint16(r.val)>>8))
	}
	return string(b)
}

func decodeLog(s string) []result {
	log := make([]result, 0, len(s)/3+1)
	for i := 0; i < len(s); i += 3 {
		log = append(log, result{s[i] == 1, value(uint16(s[i+1]) | uint16(s[i+2])<<8)})
	}
	return log
}
