package model

// encode writes a state as bytes: equal bytes, equal state. decode is its inverse.
func (st *state) encode(b []byte, m machine) []byte {
	for _, v := range st.oldest {
		b = putValue(b, v)
	}
	for _, v := range st.ghosts {
		b = putValue(b, v)
	}
	b = append(b, st.holder...)
	b = append(b, byte(len(st.recent)))
	for _, s := range st.recent {
		b = putValue(append(b, s.at), s.val)
	}
	for i := range st.procs {
		b = st.procs[i].encode(b)
		if m == Arm {
			b = st.procs[i].encodeLoads(b)
		}
	}
	return b
}

func (p *procState) encode(b []byte) []byte {
	b = append(b, byte(p.node), byte(p.node>>8), byte(p.node>>16), p.life<<1|byte(truth(p.frozen)), p.asleep, byte(len(p.buffer)))
	for _, s := range p.buffer {
		b = putValue(append(b, s.at, byte(s.order)), s.val)
	}
	return b
}

// encodeLoads writes what only loads that are carried out late depend on.
func (p *procState) encodeLoads(b []byte) []byte {
	b = append(b, p.after, p.read, p.released, byte(len(p.copying)))
	for _, l := range p.copying {
		b = putValue(append(b, l.at, l.from, byte(truth(l.done))), l.val)
	}
	return append(b, p.place...)
}

func putValue(b []byte, v value) []byte { return append(b, byte(v), byte(uint16(v)>>8)) }

// decode makes st the state that encode wrote, in the memory it has.
func (st *state) decode(b []byte, s *system) {
	u := unread(b)
	st.oldest, st.ghosts, st.recent = st.oldest[:0], st.ghosts[:0], st.recent[:0]
	for range s.words {
		st.oldest = append(st.oldest, u.value())
	}
	for range s.ghosts {
		st.ghosts = append(st.ghosts, u.value())
	}
	st.holder = append(st.holder[:0], u.bytes(len(s.locks))...)
	for n := u.byte(); n > 0; n-- {
		st.recent = append(st.recent, visibleStore{u.byte(), u.value()})
	}
	if st.procs == nil {
		st.procs = make([]procState, len(s.procs))
	}
	for i := range st.procs {
		st.procs[i].decode(&u, s)
	}
}

func (p *procState) decode(u *unread, s *system) {
	b := u.bytes(5)
	p.node = int32(b[0]) | int32(b[1])<<8 | int32(b[2])<<16
	p.life, p.frozen, p.asleep = b[3]>>1, b[3]&1 != 0, b[4]
	p.buffer, p.copying = p.buffer[:0], p.copying[:0]
	for n := u.byte(); n > 0; n-- {
		at, o := u.byte(), order(u.byte())
		p.buffer = append(p.buffer, waitingStore{at, u.value(), o})
	}
	if s.machine == Arm {
		p.decodeLoads(u, len(s.words))
	} else if p.place == nil {
		p.place = make([]uint8, len(s.words))
	}
}

func (p *procState) decodeLoads(u *unread, words int) {
	b := u.bytes(3)
	p.after, p.read, p.released = b[0], b[1], b[2]
	for n := u.byte(); n > 0; n-- {
		l := lateLoad{at: u.byte(), from: u.byte(), done: u.byte() != 0}
		l.val = u.value()
		p.copying = append(p.copying, l)
	}
	p.place = append(p.place[:0], u.bytes(words)...)
}

// unread is what is left to read of an encoded state.
type unread []byte

func (u *unread) bytes(n int) []byte {
	b := (*u)[:n]
	*u = (*u)[n:]
	return b
}

func (u *unread) byte() byte { return u.bytes(1)[0] }

func (u *unread) value() value {
	b := u.bytes(2)
	return value(uint16(b[0]) | uint16(b[1])<<8)
}
