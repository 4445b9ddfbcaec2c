package model

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
