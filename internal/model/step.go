package model

// results is the number of ways the next op of a process can turn out now. 0: it must wait.
func (x *explorer) results(st *state, i int) int {
	p := &st.procs[i]
	o := &x.automaton.nodes[p.node].op
	m := x.sys.machine
	switch o.kind {
	case opLoad:
		return x.loadable(st, p, o)
	case opStore:
		return can(!p.lateAt(o.at) && !(o.order == release && p.late()) && len(p.buffer) < m.room())
	case opFence:
		return can(o.fence == fenceStores || o.fence == fenceLoads && !p.late() || p.settled())
	case opCopied:
		return can(p.copying[o.at].done)
	case opExchange, opCompareAndSwap, opFutexWait, opFutexWake, opLock, opUnlock, opProbe:
		return can(p.settled())
	case opMembarrier:
		return can(m == Arm || p.settled())
	case opChoose:
		return int(o.val)
	case opFail, opDone:
		return 0
	}
	return 1
}

// can is the number of results of an op that has one, once nothing keeps it back.
func can(ok bool) int { return int(truth(ok)) }

// loadable is the number of values that a load can find.
func (x *explorer) loadable(st *state, p *procState, o *op) int {
	if x.sys.machine != Arm {
		return 1
	}
	if o.order == acquire && p.releaseWaits() || p.lateAt(o.at) {
		return 0
	}
	if _, ok := p.forwarded(o.at); ok {
		return 1
	}
	var times [2 * early]uint8
	return len(st.readable(times[:0], o.at, p.earliest(o.at, o.order)))
}

// step carries out the next op of a process, with the given one of its possible results.
func (x *explorer) step(st *state, i, nth int) {
	p := &st.procs[i]
	o := &x.automaton.nodes[p.node].op
	p.node = x.automaton.after(p.node, x.result(st, i, o, nth))
}

// result carries an op out, and returns what it gives its process.
func (x *explorer) result(st *state, i int, o *op, nth int) value {
	p := &st.procs[i]
	switch o.kind {
	case opLoad:
		return x.load(st, p, o, nth)
	case opStore:
		x.store(st, p, o)
	case opExchange, opCompareAndSwap:
		return x.swap(st, p, o)
	case opFence:
		x.fence(st, p, o)
	case opCopy:
		p.copy(o)
	case opCopied:
		return p.copied(o.at)
	case opDiscard:
		p.copying = p.copying[:0]
	case opMembarrier:
		x.membarrier(st)
	case opFutexWait:
		x.futexWait(st, p, o.at, o.val)
	case opFutexWake:
		x.futexWake(st, p, o.at)
	case opLock, opUnlock, opProbe:
		return st.useLock(i, o)
	case opChoose:
		return value(nth)
	case opGhostLoad:
		return st.ghosts[o.at]
	case opGhostStore:
		st.ghosts[o.at] = o.val
	}
	return 0
}

func (x *explorer) load(st *state, p *procState, o *op, nth int) value {
	if v, ok := p.forwarded(o.at); ok {
		return v
	}
	if x.sys.machine != Arm {
		return st.now(o.at)
	}
	var times [2 * early]uint8
	t := st.readable(times[:0], o.at, p.earliest(o.at, o.order))[nth]
	v, _ := st.atTime(o.at, t)
	p.loaded(o.at, o.order, t)
	return v
}

func (x *explorer) store(st *state, p *procState, o *op) {
	s := waitingStore{o.at, o.val, o.order}
	switch m := x.sys.machine; {
	case m == SC:
		p.show(m, &st.memory, s)
		return
	case m == TSO && s.order != nonTemporal, m == Arm && s.order != release:
		s.order = plain
	}
	p.buffer = append(p.buffer, s)
}

// swap exchanges a word, or compares and swaps it; then it says whether it did.
func (x *explorer) swap(st *state, p *procState, o *op) (swapped value) {
	written := o.val
	if o.kind == opCompareAndSwap {
		swapped, written = truth(st.now(o.at) == o.val), o.new
	}
	if o.kind == opExchange || swapped == 1 {
		p.show(x.sys.machine, &st.memory, waitingStore{o.at, written, exchange})
	}
	p.synchronize(&st.memory)
	return swapped
}

// copy begins to load a word of a copy, the first of which drops what is left of the copy before.
func (p *procState) copy(o *op) {
	if o.val == 0 {
		p.copying = p.copying[:0]
	}
	l := lateLoad{at: o.at, from: p.earliest(o.at, plain)}
	if v, ok := p.forwarded(o.at); ok {
		l.done, l.val = true, v
	}
	p.copying = append(p.copying, l)
}

// copied is the given word of the copy; the last one ends it.
func (p *procState) copied(word place) value {
	v := p.copying[word].val
	if int(word) == len(p.copying)-1 {
		p.copying = p.copying[:0]
	}
	return v
}

func (x *explorer) fence(st *state, p *procState, o *op) {
	switch o.fence {
	case fenceLoads:
		p.after = max(p.after, p.read)
	case fenceStores:
		if len(p.buffer) > 0 {
			p.buffer = append(p.buffer, waitingStore{order: barrier})
		}
	case fenceFull:
		p.synchronize(&st.memory)
	}
}

func truth(b bool) value {
	if b {
		return 1
	}
	return 0
}
