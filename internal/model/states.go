package model

// A table is a hash set of states that numbers them in the order they were added.
type table struct {
	hashes []uint64
	slots  []uint32 // number+1
}

func (t *table) add(h uint64) (n uint32, isNew bool) {
	if 2*len(t.hashes) >= len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s := t.slots[i]; {
		case s == 0:
			t.hashes = append(t.hashes, h)
			t.slots[i] = uint32(len(t.hashes))
			return t.slots[i] - 1, true
		case t.hashes[s-1] == h:
			return s - 1, false
		}
	}
}

func (t *table) grow() {
	t.slots = make([]uint32, max(1<<12, 2*len(t.slots)))
	mask := uint64(len(t.slots) - 1)
	for n, h := range t.hashes {
		i := h & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(n + 1)
	}
}

// A queue holds the states still to be expanded, first in, first out.
type queue struct {
	in, out [][]byte
}

func newQueue() *queue { return &queue{} }

func (q *queue) push(b []byte) { q.in = append(q.in, b) }

func (q *queue) pop() []byte {
	if len(q.out) == 0 {
		q.out, q.in = q.in, q.out[:0:0]
	}
	if len(q.out) == 0 {
		return nil
	}
	b := q.out[0]
	q.out[0] = nil
	q.out = q.out[1:]
	return b
}
