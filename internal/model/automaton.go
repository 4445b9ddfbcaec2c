package model

import "fmt"

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
