package model

// A value is one word of shared memory; a place is the name of a word.
type (
	value = int16
	place = uint8
)

// A machine is a memory model.
//
//	SC     Each store is visible at once.
//
//	TSO    amd64. Stores wait in a buffer and become visible in program order; loads see the newest own store, else
//	       memory. A non-temporal store may become visible before and after its neighbours, held back only by an
//	       sfence, an exchange or an older store to the same place.
//
//	Arm    arm64, without dependencies. Stores wait in a pool and become visible in any order, except: stores to one
//	       place in program order, a release store after every older one, and none across a DMB ISH or ISHST. A
//	       release store does not hold back younger plain stores.
//	       Loads read early or late. Early: a load may return a value that has been overwritten since, as long as it was
//	       still there after the last point that holds this load back: an older acquire load, a DMB ISH or ISHLD. An
//	       acquire load is held back by the own release stores too (RCsc), not by older plain loads. Loads of one place
//	       never go backwards. Late: the loads of a copy may be carried out after younger loads and younger plain
//	       stores, until a DMB ISH, a DMB ISHLD, a release store or the use of the copied bytes.
//	       All processes agree on one order in which stores become visible (multi-copy atomicity).
//
// What Arm leaves out: a plain store never becomes visible before an older load that is not part of a copy (in the
// protocol each such load is an acquire load); a release store is not issued before the older copy is complete; a
// compare-and-swap is indivisible and ordered both ways (as with LSE; the protocol never relies on it to order
// a younger plain store); a load is at most `early` visible stores early; no more than `pooled` stores wait at once.
type machine uint8

const (
	SC machine = iota
	TSO
	Arm
)

func (m machine) String() string { return [...]string{"SC", "TSO", "Arm"}[m] }

// An order is what one access promises about its neighbours.
type order uint8

const (
	plain       order = iota
	acquire           // load: LDAR
	release           // store: STLR
	exchange          // store: XCHG; arm64 STLR, DMB ISH. Before all later loads and stores
	nonTemporal       // store: MOVNTDQ; as plain where there is none
	barrier           // not a store but a mark in the store buffer: nothing passes it
)

// A fence orders this process's own accesses.
type fence uint8

const (
	fenceLoads  fence = iota // arm64 DMB ISHLD: older loads before all younger accesses. TSO: nothing
	fenceStores              // arm64 DMB ISHST, amd64 SFENCE: older stores before younger stores
	fenceFull                // arm64 DMB ISH, amd64 MFENCE
)

const (
	early    = 5  // how many visible stores a load on Arm may be ahead of its time
	pooled   = 6  // how many stores of a process on Arm may wait at once: more than one record with its commit
	buffered = 12 // and on TSO
)

// room is how many stores of one process can wait.
func (m machine) room() int {
	if m == Arm {
		return pooled
	}
	return buffered
}

// A waitingStore is in its process's buffer: issued, not visible.
type waitingStore struct {
	at    place
	val   value
	order order
}

// A visibleStore can be read by all, though on Arm an early load may still return what was there before.
type visibleStore struct {
	at  place
	val value
}

// A lateLoad is one word of a copy that Arm has not necessarily carried out yet.
type lateLoad struct {
	at   place
	from uint8 // not earlier than this time
	done bool
	val  value
}

// memory is the shared words. A time is a number of entries of recent: at time t the first t of them are visible.
type memory struct {
	oldest []value        // by place: what an arbitrarily early load returns. On SC and TSO: the value
	recent []visibleStore // Arm only: visible later than oldest, in order
}

// A view is what one process knows of the memory. The times are used on Arm only.
type view struct {
	buffer   []waitingStore
	copying  []lateLoad
	after    uint8   // all younger loads are after this time
	read     uint8   // the latest time any load so far read from
	released uint8   // when the last own release store became visible
	place    []uint8 // by place: loads of it are after this time
}

// now is the newest value of a place.
func (m *memory) now(at place) value {
	for i := len(m.recent) - 1; i >= 0; i-- {
		if m.recent[i].at == at {
			return m.recent[i].val
		}
	}
	return m.oldest[at]
}

// at is the value a load carried out at time t returns, and when it was stored.
func (m *memory) atTime(at place, t uint8) (value, uint8) {
	for i := int(t) - 1; i >= 0; i-- {
		if m.recent[i].at == at {
			return m.recent[i].val, uint8(i + 1)
		}
	}
	return m.oldest[at], 0
}

// readable lists the times that give a load of this place, carried out not before `from`, different stores to read.
func (m *memory) readable(times []uint8, at place, from uint8) []uint8 {
	_, t := m.atTime(at, from)
	times = append(times, t)
	for i := int(from); i < len(m.recent); i++ {
		if m.recent[i].at == at {
			times = append(times, uint8(i+1))
		}
	}
	return times
}

// forwarded is the newest own store to a place that still waits in the buffer.
func (v *view) forwarded(at place) (value, bool) {
	for i := len(v.buffer) - 1; i >= 0; i-- {
		if s := v.buffer[i]; s.at == at && s.order != barrier {
			return s.val, true
		}
	}
	return 0, false
}

func (v *view) releaseWaits() bool {
	for _, s := range v.buffer {
		if s.order == release {
			return true
		}
	}
	return false
}

// earliest is the time before which a load of this place cannot have been carried out.
func (v *view) earliest(at place, o order) uint8 {
	t := max(v.after, v.place[at])
	if o == acquire {
		t = max(t, v.released)
	}
	return t
}

// loaded notes that a load read the store that became visible at time t.
func (v *view) loaded(at place, o order, t uint8) {
	v.place[at] = max(v.place[at], t)
	v.read = max(v.read, t)
	if o == acquire {
		v.after = max(v.after, v.released, t)
	}
}

// synchronize puts all older accesses before all younger ones. The buffer is empty and no load is late.
func (v *view) synchronize(m *memory) { v.after = uint8(len(m.recent)) }

// settled reports whether nothing of this process is still in flight.
func (v *view) settled() bool { return len(v.buffer) == 0 && !v.late() }

func (v *view) late() bool {
	for _, l := range v.copying {
		if !l.done {
			return true
		}
	}
	return false
}

func (v *view) lateAt(at place) bool {
	for _, l := range v.copying {
		if l.at == at && !l.done {
			return true
		}
	}
	return false
}

// mayDrain reports whether store i of a buffer may become visible before those in front of it.
func mayDrain(m machine, buffer []waitingStore, i int) bool {
	s := buffer[i]
	for _, older := range buffer[:i] {
		switch {
		case older.order == barrier, older.at == s.at:
			return false
		case m == TSO && older.order != nonTemporal && s.order != nonTemporal:
			return false
		case m == Arm && s.order == release:
			return false
		}
	}
	return true
}

// show makes one store visible to all.
func (v *view) show(m machine, mem *memory, s waitingStore) {
	if m != Arm {
		mem.oldest[s.at] = s.val
		return
	}
	mem.recent = append(mem.recent, visibleStore{s.at, s.val})
	t := uint8(len(mem.recent))
	v.place[s.at] = t
	if s.order == release || s.order == exchange {
		v.released = t
	}
}

// drain makes store i of the buffer visible, and drops barriers that nothing waits in front of any more.
func (v *view) drain(m machine, mem *memory, i int) {
	v.show(m, mem, v.buffer[i])
	v.buffer = append(v.buffer[:i], v.buffer[i+1:]...)
	for len(v.buffer) > 0 && v.buffer[0].order == barrier {
		v.buffer = v.buffer[1:]
	}
}
