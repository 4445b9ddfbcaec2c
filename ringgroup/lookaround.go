package ringgroup

import "context"

// settle finds the oldest message that is not finished, and lets the producer have the space of those before.
func (m *Member) settle() error {
	m.unlooked = 0
	if m.cursor-m.low > m.width() {
		m.low = m.cursor - m.width() // the cursor passes a message only when the one a window before is finished
	}
	for m.low != m.cursor && m.standing(m.low) == over {
		m.low++
	}
	if m.low == m.acked {
		return nil
	}
	m.acked = m.low
	return m.consumer.AckBefore(m.low)
}

// lookAround settles now and then while there is no end of new messages. If since the last time nothing came of the oldest
// unfinished one, it sees whether the member that has it is dead.
func (m *Member) lookAround(ctx context.Context) (*Message, error) {
	if err := ctx.Err(); err != nil { // the others may be taking everything
		return nil, err
	}
	if err := m.settle(); err != nil {
		return nil, err
	}
	stuck := m.low == m.lowSeen && m.low != m.cursor
	m.lowSeen = m.low
	if !stuck {
		return nil, nil
	}
	message, _, err := m.inheritOne()
	if message != nil {
		m.unlooked = m.lookAt + 1 // there may be more
	}
	return message, err
}

// inheritOne takes the oldest message that a dead member had, or that was handed back. others says whether living members have any that
// are not finished. What cannot be read any more is lost.
func (m *Member) inheritOne() (message *Message, others bool, err error) {
	for seq := m.low; seq != m.cursor; seq++ {
		taken, again, theirs := m.inherit(seq, m.slot)
		others = others || theirs
		if !taken {
			continue
		}
		from, err := m.consumer.At(seq)
		switch {
		case err == nil:
			return m.deliver(from, again), others, nil
		case lappedBy(err) == nil:
			m.release(seq, m.slot, handedBack)
			return nil, others, err
		}
		m.release(seq, m.slot, finished)
		m.lost++
	}
	return nil, others, nil
}
