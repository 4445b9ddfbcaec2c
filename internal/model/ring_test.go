package model

// Building blocks of scenarios.

func pub(n value) act      { return act{publish, n, 0} }
func app(n value) act      { return act{appends, n, 0} }
func claim(n, m value) act { return act{claims, n, m} }
func abort(n value) act    { return act{aborts, n, 0} }

var (
	flush = act{verb: flushes}
	drop  = act{verb: drops}
	end   = act{verb: closes}
)

// lossyConsumer reads from the start of the stream.
func lossyConsumer(r *ring) consumer { return consumer{ring: r, slot: none} }

// gatingConsumer has joined at the start of the stream, as the process that will be added to the system next.
func gatingConsumer(s *system, r *ring, slot int) consumer {
	c := consumer{ring: r, slot: slot, gate: true, state: stateOf(1, gating)}
	s.words[r.entries[slot].state].initial = c.state
	s.holders[r.entries[slot].alive] = uint8(len(s.procs) + 1)
	return c
}
