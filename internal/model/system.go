package model

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
