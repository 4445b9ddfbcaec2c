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

// drop the bytes unused.
func (c *copied) drop() {
	if c.late {
		c.p.do(op{kind: opDiscard})
		c.p.copying -= len(c.words)
		c.late = false
	}
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
