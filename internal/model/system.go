package model

import "fmt"

// A system is what is to be explored: shared words and the processes that use them.
type system struct {
	machine  machine
	mutation *mutation
	words    []word
	ghosts   []word
	locks    []string
	holders  []uint8 // of each lock at the start: process+1
	procs    []process
	// membarriers: some process calls membarrier.
	membarriers bool
	// endless: some process never ends; nothing is asked about the end.
	endless bool
	// timeouts: bounded sleeps may run out. Left out, a wake-up that is lost stays lost and is found.
	timeouts bool
}

type word struct {
	name    string
	initial value
}

// A process is one or more lives: it may be killed at any instruction of each but the last, and then starts the next.
type process struct {
	name  string
	lives []program // a nil life stays dead
	// mayFreeze: it may be stopped (SIGSTOP) for ever at any instruction. It keeps its locks.
	mayFreeze bool
	// registered for membarrier: the membarrier of another process drains this one's store buffer.
	registered bool
}

func (s *system) word(name string, initial value) place {
	s.words = append(s.words, word{name, initial})
	return place(len(s.words) - 1)
}

func (s *system) ghost(name string, initial value) place {
	s.ghosts = append(s.ghosts, word{name, initial})
	return place(len(s.ghosts) - 1)
}

func (s *system) lock(name string) place {
	s.locks = append(s.locks, name)
	s.holders = append(s.holders, 0)
	return place(len(s.locks) - 1)
}

func (s *system) process(name string, lives ...program) *process {
	s.procs = append(s.procs, process{name: name, lives: lives, registered: true})
	return &s.procs[len(s.procs)-1]
}

// A state is everything there is at one moment.
type state struct {
	memory
	ghosts []value
	holder []uint8 // of each lock: process+1, 0 free
	procs  []procState
}

type procState struct {
	view
	node   int32
	life   uint8
	asleep uint8 // on which word, place+1
	frozen bool
}

// running reports whether this process will still do something by itself.
func (p *procState) running() bool { return p.node != 0 && !p.frozen }

func (s *system) initial(a *automaton) *state {
	st := &state{holder: append([]uint8(nil), s.holders...)}
	for _, w := range s.words {
		st.oldest = append(st.oldest, w.initial)
	}
	for _, g := range s.ghosts {
		st.ghosts = append(st.ghosts, g.initial)
	}
	for _, p := range s.procs {
		ps := procState{node: a.at(p.lives[0], nil)}
		ps.place = make([]uint8, len(s.words))
		st.procs = append(st.procs, ps)
	}
	return st
}

// copyFrom makes st equal to from without keeping any of its memory.
func (st *state) copyFrom(from *state) {
	st.oldest = append(st.oldest[:0], from.oldest...)
	st.recent = append(st.recent[:0], from.recent...)
	st.ghosts = append(st.ghosts[:0], from.ghosts...)
	st.holder = append(st.holder[:0], from.holder...)
	for len(st.procs) < len(from.procs) {
		st.procs = append(st.procs, procState{})
	}
	for i := range from.procs {
		f, t := &from.procs[i], &st.procs[i]
		buffer := append(t.buffer[:0], f.buffer...)
		copying := append(t.copying[:0], f.copying...)
		places := append(t.place[:0], f.place...)
		*t = *f
		t.buffer, t.copying, t.place = buffer, copying, places
	}
}

// encode writes a state as bytes: equal bytes, equal state. decode is its inverse.
func (st *state) encode(b []byte, m machine) []byte {
	put := func(v value) { b = append(b, byte(v), byte(uint16(v)>>8)) }
	for _, v := range st.oldest {
		put(v)
	}
	for _, v := range st.ghosts {
		put(v)
	}
	b = append(b, st.holder...)
	b = append(b, byte(len(st.recent)))
	for _, s := range st.recent {
		b = append(b, s.at)
		put(s.val)
	}
	for i := range st.procs {
		p := &st.procs[i]
		frozen := byte(0)
		if p.frozen {
			frozen = 1
		}
		b = append(b, byte(p.node), byte(p.node>>8), byte(p.node>>16), p.life<<1|frozen, p.asleep, byte(len(p.buffer)))
		for _, s := range p.buffer {
			b = append(b, s.at, byte(s.order))
			put(s.val)
		}
		if m != Arm {
			continue
		}
		b = append(b, p.after, p.read, p.released, byte(len(p.copying)))
		for _, l := range p.copying {
			done := byte(0)
			if l.done {
				done = 1
			}
			b = append(b, l.at, l.from, done)
			put(l.val)
		}
		b = append(b, p.place...)
	}
	return b
}

func (st *state) decode(b []byte, s *system) {
	get := func() value { v := value(uint16(b[0]) | uint16(b[1])<<8); b = b[2:]; return v }
	st.oldest, st.ghosts, st.recent = st.oldest[:0], st.ghosts[:0], st.recent[:0]
	for range s.words {
		st.oldest = append(st.oldest, get())
	}
	for range s.ghosts {
		st.ghosts = append(st.ghosts, get())
	}
	st.holder = append(st.holder[:0], b[:len(s.locks)]...)
	n := int(b[len(s.locks)])
	b = b[len(s.locks)+1:]
	for ; n > 0; n-- {
		at := b[0]
		b = b[1:]
		st.recent = append(st.recent, visibleStore{at, get()})
	}
	if st.procs == nil {
		st.procs = make([]procState, len(s.procs))
	}
	for i := range st.procs {
		p := &st.procs[i]
		p.node = int32(b[0]) | int32(b[1])<<8 | int32(b[2])<<16
		p.life, p.frozen, p.asleep = b[3]>>1, b[3]&1 != 0, b[4]
		n := int(b[5])
		b = b[6:]
		p.buffer, p.copying = p.buffer[:0], p.copying[:0]
		for ; n > 0; n-- {
			at, o := b[0], order(b[1])
			b = b[2:]
			p.buffer = append(p.buffer, waitingStore{at, get(), o})
		}
		if s.machine != Arm {
			if p.place == nil {
				p.place = make([]uint8, len(s.words))
			}
			continue
		}
		p.after, p.read, p.released, n = b[0], b[1], b[2], int(b[3])
		b = b[4:]
		for ; n > 0; n-- {
			l := lateLoad{at: b[0], from: b[1], done: b[2] != 0}
			b = b[3:]
			l.val = get()
			p.copying = append(p.copying, l)
		}
		p.place = append(p.place[:0], b[:len(s.words)]...)
		b = b[len(s.words):]
	}
}

// normalize makes states equal that no process can tell apart.
func (s *system) normalize(st *state) {
	if s.machine != Arm || len(st.recent) == 0 {
		return
	}
	views := make([]*view, 0, 4)
	for i := range st.procs {
		if p := &st.procs[i]; p.running() {
			views = append(views, &p.view)
		} else {
			p.forgetAll()
		}
	}
	st.forget(views)
}

// forgetAll is the view of a process that will never load again.
func (v *view) forgetAll() {
	v.after, v.read, v.released, v.copying = 0, 0, 0, v.copying[:0]
	clear(v.place)
}

func (s *system) name(at place) string { return s.words[at].name }

func (s *system) String() string { return fmt.Sprintf("%d processes, %v", len(s.procs), s.machine) }
