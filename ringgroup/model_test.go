package ringgroup

import (
	"slices"
	"strings"
	"testing"
)

// A tiny group over plain memory: a table of two words, three messages, two slots, three processes, one of which enters a dead one's
// slot. Every interleaving of their accesses is gone through, with a process killed at every one of them. What decides is
// what decides in the package, word.standing; what is written here again is the order of accesses, step by step as in claims.go.
const (
	modelWords    = 2
	modelMessages = 3
	modelSlots    = 2
	modelProcs    = 3
)

// world is one moment of it.
type world struct {
	words  [modelWords]word
	locks  [modelSlots]int8 // the process that holds it; -1: none
	procs  [modelProcs]proc
	gone   int8                // messages below it are overwritten: all that no living gate kept
	worked [modelMessages]int8 // 1: it is finished
	given  [modelMessages]int8 // how often it was given out
	kills  int8
}

// proc is a member.
type proc struct {
	pc               string
	slot             int8
	cursor, low      int8
	gate             int8 // -1: none
	have             uint8
	at               int8 // the message, or the word, that a loop is at
	seen             word // loaded last
	sweeping, probed bool
}

// breakage is the protocol with something broken.
type breakage string

const (
	sound           breakage = ""
	probeBeforeLoad breakage = "the lock is probed before the word is loaded"
	noCount         breakage = "a message taken again counts nothing up"
	noHandBack      breakage = "who enters a slot does not hand back what it had"
	ackTooFar       breakage = "a member acknowledges what it has passed"
	noWindow        breakage = "a message is taken though an older one has its word"
	noCompare       breakage = "a word is stored, not compared and swapped"
	noProbe         breakage = "a member that does not answer is taken for dead"
	noSweep         breakage = "nobody looks after the dead"
)

type model struct {
	broken breakage
	kills  int8  // at most
	killed []int // who may be
	closed bool  // nobody enters
}

func (m *model) first() world {
	w := world{kills: m.kills}
	for n := range modelMessages {
		w.words[n%modelWords] = makeWord(uint64(n%modelWords/modelWords)-1, 0, finished)
	}
	for i := range w.procs {
		w.procs[i] = proc{pc: "enter", slot: -1, gate: -1}
	}
	for i := range w.locks { // the first processes are members
		w.locks[i] = int8(i)
		w.procs[i] = proc{pc: "choose", slot: int8(i)}
	}
	return w
}

func modelRound(n int8) uint64 { return uint64(n / modelWords) }

// reached is a state, how it was first reached, and where it leads to without anybody being killed.
type reached struct {
	world
	from int
	what string
	to   []int
}

// explore goes through every state, nearest first, and returns the shortest way to one that breaks a promise.
func (m *model) explore() (states int, broken string, trace []string) {
	all := []reached{{world: m.first()}}
	known := map[world]int{all[0].world: 0}
	for i := 0; i < len(all); i++ {
		for _, s := range m.steps(all[i].world) {
			if s.broken != "" {
				return len(all), s.broken, append(way(all, i), s.what)
			}
			n, seen := known[s.to]
			if !seen {
				n = len(all)
				known[s.to] = n
				all = append(all, reached{world: s.to, from: i, what: s.what})
			}
			if s.to.kills == all[i].kills {
				all[i].to = append(all[i].to, n)
			}
		}
	}
	if i := hopeless(all); i >= 0 {
		return len(all), "a message is never finished, whatever happens now", way(all, i)
	}
	return len(all), "", nil
}

// way is how a state was reached.
func way(all []reached, i int) (steps []string) {
	for ; i != 0; i = all[i].from {
		steps = append([]string{all[i].what}, steps...)
	}
	return steps
}

// hopeless is the first state from which no way leads to one where everything is finished; -1 if there is none.
func hopeless(all []reached) int {
	back := make([][]int, len(all))
	var good []int
	hope := make([]bool, len(all))
	for i, s := range all {
		for _, n := range s.to {
			back[n] = append(back[n], i)
		}
		if !slices.Contains(s.worked[:], 0) {
			hope[i], good = true, append(good, i)
		}
	}
	for len(good) > 0 {
		i := good[len(good)-1]
		good = good[:len(good)-1]
		for _, n := range back[i] {
			if !hope[n] {
				hope[n], good = true, append(good, n)
			}
		}
	}
	return slices.Index(hope, false)
}

// Does every interleaving keep the promises, and is each of the things that they rest on needed?
func TestEveryInterleaving(t *testing.T) {
	one, two := []int{1}, []int{1, 2}
	for _, m := range []model{
		{sound, 0, nil, false}, {sound, 1, one, true}, {sound, 1, one, false}, {sound, 2, two, false},
		{noWindow, 0, nil, false}, {noCompare, 0, nil, false}, {noProbe, 0, nil, false}, {ackTooFar, 1, one, false},
		{noHandBack, 1, one, false}, {noSweep, 1, one, true}, {probeBeforeLoad, 1, one, false}, {noCount, 2, two, false},
	} {
		states, broken, trace := m.explore()
		t.Logf("%d killed, %q: %d states, %s\n\t%s", m.kills, m.broken, states, broken, strings.Join(trace, "\n\t"))
		if (broken == "") != (m.broken == sound) {
			t.Errorf("%d killed, broken: %q: found %q", m.kills, m.broken, broken)
		}
	}
}
