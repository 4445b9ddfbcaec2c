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
