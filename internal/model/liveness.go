package model

// A graph holds all transitions, to find states from which the end can no longer be reached: a deadlock, a lost
// wake-up, a loop without a way out. Waiting in a loop is fine as long as another process can end it.
type graph struct {
	first []uint32 // by state: its first entry in to
	to    []uint32
	ends  []uint32
}

func (g *graph) begin() { g.first = append(g.first, uint32(len(g.to))) }
func (g *graph) edge(n uint32) {
	if len(g.first) > 0 {
		g.to = append(g.to, n)
	}
}
func (g *graph) good(n uint32) { g.ends = append(g.ends, n) }

// stuck finds a state that cannot reach an end: one that has no way out at all if there is one, else the nearest.
func (g *graph) stuck() (uint32, bool) {
	g.begin() // the end of the last state's entries
	reaches := g.reachingEnd()
	found, nearest := false, uint32(0)
	for n := range reaches {
		if reaches[n] {
			continue
		}
		if !found {
			found, nearest = true, uint32(n)
		}
		if g.noWayOut(uint32(n)) {
			return uint32(n), true
		}
	}
	return nearest, found
}

func (g *graph) noWayOut(n uint32) bool {
	for _, t := range g.to[g.first[n]:g.first[n+1]] {
		if t != n {
			return false
		}
	}
	return true
}

// reachingEnd walks all transitions backwards from the ends.
func (g *graph) reachingEnd() []bool {
	states := len(g.first) - 1
	start := make([]uint32, states+1)
	for _, t := range g.to {
		start[t]++
	}
	sum := uint32(0)
	for n := range start {
		sum += start[n]
		start[n] = sum
	}
	from := make([]uint32, len(g.to))
	for n := 0; n < states; n++ {
		for _, t := range g.to[g.first[n]:g.first[n+1]] {
			start[t]--
			from[start[t]] = uint32(n)
		}
	}
	reaches := make([]bool, states)
	stack := append([]uint32(nil), g.ends...)
	for _, n := range stack {
		reaches[n] = true
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, f := range from[start[n]:start[n+1]] {
			if !reaches[f] {
				reaches[f] = true
				stack = append(stack, f)
			}
		}
	}
	return reaches
}
