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

// filled is a producer that has carried out its first plan before anybody looked: the shared words are as it left them.
// It goes on with the second.
func filled(s *system, r *ring, acts ...act) producer {
	r.plans = append([][]act{acts}, r.plans...)
	q := newProducer(r)
	for q.done < len(acts) {
		q = alone(s, q)
	}
	q.life, q.done = 1, 0
	return q
}

// alone runs one round of a producer that nobody disturbs.
func alone(s *system, q producer) producer {
	var log []result
	for {
		p := &proc{log: log}
		if next, done := p.resume(q); done {
			return next.(producer)
		}
		var got value
		switch o := p.next; o.kind {
		case opLoad:
			got = s.words[o.at].initial
		case opStore, opExchange:
			s.words[o.at].initial = o.val
		case opGhostLoad:
			got = s.ghosts[o.at].initial
		case opGhostStore:
			s.ghosts[o.at].initial = o.val
		case opFence, opMembarrier:
		default:
			panic("model: a producer that is alone does not wait")
		}
		log = append(p.log, result{val: got})
	}
}
