package model

// What the kernel does to processes: membarrier, futex, locks, death. System calls that synchronize (a futex, a lock)
// begin when nothing of their process is in flight; what is in flight before is explored as stores becoming visible.

// membarrier drains the store buffers of all registered processes. On arm64 the protocol does without: not modelled.
func (x *explorer) membarrier(st *state) {
	if x.sys.machine != TSO {
		return
	}
	for i := range st.procs {
		p := &st.procs[i]
		for x.sys.procs[i].registered && len(p.buffer) > 0 {
			p.drain(x.sys.machine, &st.memory, 0)
		}
	}
}

// futexWait puts the process to sleep if the word is as it thinks.
func (x *explorer) futexWait(st *state, p *procState, at place, v value) {
	p.synchronize(&st.memory)
	if st.now(at) == v {
		p.asleep = at + 1
	}
}

func (x *explorer) futexWake(st *state, p *procState, at place) {
	p.synchronize(&st.memory)
	for i := range st.procs {
		if q := &st.procs[i]; q.asleep == at+1 {
			q.asleep = 0
			q.synchronize(&st.memory)
		}
	}
}

// useLock takes a lock and says whether it was free, gives it back, or asks whether somebody has it.
func (st *state) useLock(i int, o *op) value {
	if o.kind == opUnlock {
		st.holder[o.at] = 0
		return 0
	}
	st.procs[i].synchronize(&st.memory)
	free := st.holder[o.at] == 0
	if o.kind == opProbe {
		return truth(!free)
	}
	if free {
		st.holder[o.at] = uint8(i + 1)
	}
	return truth(free)
}

// kill ends a life at an instruction boundary, with all its stores visible: what it still had to do, it will not do.
// Its locks are free at once; its next life begins.
func (x *explorer) kill(st *state, i int) {
	p := &st.procs[i]
	st.unlockAll(i)
	p.life++
	p.node = x.automaton.at(x.sys.procs[i].lives[p.life], nil)
	p.asleep, p.copying = 0, p.copying[:0]
	clear(p.place)
	p.read, p.released = 0, 0
	p.synchronize(&st.memory)
}

// exit: a process that has ended gives its locks back, once all its stores are visible.
func (x *explorer) exit(st *state, i int) {
	if p := &st.procs[i]; p.node == 0 && len(p.buffer) == 0 {
		st.unlockAll(i)
	}
}

func (st *state) unlockAll(i int) {
	for l, h := range st.holder {
		if int(h) == i+1 {
			st.holder[l] = 0
		}
	}
}

func (x *explorer) mayKill(st *state, i int) bool {
	p := &st.procs[i]
	return p.running() && int(p.life) < len(x.sys.procs[i].lives)-1 && len(p.buffer) == 0
}

// mayFreeze: stopped for ever. Its stores still drain.
func (x *explorer) mayFreeze(st *state, i int) bool {
	return x.sys.procs[i].mayFreeze && st.procs[i].running()
}
