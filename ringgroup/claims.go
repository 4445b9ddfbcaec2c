package ringgroup

import "sync/atomic"

// claims is the table of words that the members of a group share: who has which message. It is changed by compare-and-swap
// alone, one word at a time, so there is nothing that a process could leave half done, and nothing to lock.
//
// Whoever may write the group file may have written anything. What is read here decides who gets what, never what memory is touched.
type claims struct {
	words  []uint64
	shift  uint // log2 of the window
	living func(slot int) bool
}

func (c *claims) width() uint64                { return 1 << c.shift }
func (c *claims) round(seq uint64) uint64      { return seq >> c.shift }
func (c *claims) of(seq uint64) *uint64        { return &c.words[seq&(c.width()-1)] }
func (c *claims) load(seq uint64) word         { return word(atomic.LoadUint64(c.of(seq))) }
func (c *claims) standing(seq uint64) standing { return c.load(seq).standing(c.round(seq)) }

// swap changes a message's word only if it still is what the caller saw.
func (c *claims) swap(seq uint64, old, new word) bool {
	return atomic.CompareAndSwapUint64(c.of(seq), uint64(old), uint64(new))
}

// take gives a message to the member in slot me, if nobody has it: nobody has had it, or it was handed back. again is how often it has
// then been given out anew. Otherwise s is how the message stands.
func (c *claims) take(seq uint64, me int) (taken bool, again int, s standing) {
	for {
		w := c.load(seq)
		switch s = w.standing(c.round(seq)); s {
		case untaken:
			again = 0
		case returned:
			again = w.again() + 1
		default:
			return false, 0, s
		}
		if c.swap(seq, w, makeWord(c.round(seq), again, slotZero+me)) {
			return true, again, held
		}
	}
}

// inherit is take that also takes from the dead. If it does not, others says whether a living member has still to finish the message.
func (c *claims) inherit(seq uint64, me int) (taken bool, again int, others bool) {
	for {
		taken, again, s := c.take(seq, me)
		if taken || s == over {
			return taken, again, false
		}
		w := c.load(seq)
		if s == crowded || w.slot() == me || !c.bury(seq, w) {
			return false, 0, w.slot() != me
		}
	}
}

// bury hands a message back in the name of the member that has it, if that is dead. w is its word. It reports whether the word is another now.
//
// The word is loaded before the lock is probed, and swapped after. Whoever enters a dead member's slot has its lock first,
// and counts again up with whatever it takes: so either the probe finds the slot alive, or the swap fails.
func (c *claims) bury(seq uint64, w word) bool {
	if w.slot() < 0 || c.living(w.slot()) {
		return false
	}
	c.swap(seq, w, w.with(handedBack))
	return true
}

// buryAll hands back whatever the dead have, those included whose slot the caller has entered: nobody finds his own lock taken.
func (c *claims) buryAll() {
	for i := range c.words {
		c.bury(uint64(i), c.load(uint64(i)))
	}
}

// release ends what the member in slot me has to do with a message: it is finished, or handed back. It reports whether it was
// that member's.
func (c *claims) release(seq uint64, me, holder int) bool {
	for {
		w := c.load(seq)
		if w.standing(c.round(seq)) != held || w.slot() != me {
			return false
		}
		if c.swap(seq, w, w.with(holder)) {
			return true
		}
	}
}

// handBack hands back whatever the table says is the slot's. Its owner calls it, last of all.
func (c *claims) handBack(slot int) {
	for i := range c.words {
		for {
			w := c.load(uint64(i))
			if w.slot() != slot || c.swap(uint64(i), w, w.with(handedBack)) {
				break
			}
		}
	}
}

// forfeit declares a message finished that cannot be read any more, and with it all older ones that its word stands for. lost is how
// many of them nobody got. While a living member has one of those, it is settled to no avail.
func (c *claims) forfeit(seq uint64, me int) (lost uint64, settled bool) {
	for {
		w := c.load(seq)
		age := w.age(c.round(seq))
		alive := w.slot() == me || w.slot() >= 0 && c.living(w.slot())
		if age < 0 || age == 0 && (alive || w.holder() == finished) {
			return 0, true
		}
		if alive {
			return 0, false
		}
		if lost = uint64(age); w.holder() != finished {
			lost++
		}
		if c.swap(seq, w, makeWord(c.round(seq), 0, finished)) {
			return lost, true
		}
	}
}

// lowest is the oldest message that is not finished, reckoned from any sequence number near it, such as that of the end of the stream.
// While others work it is at most a little out of date: no older than when it was begun.
func (c *claims) lowest(near uint64) uint64 {
	low := near
	for i := range c.words {
		w := c.load(uint64(i))
		seq := c.about(w, i, near)
		if w.holder() == finished {
			seq += c.width()
		}
		if i == 0 || before(seq, low) {
			low = seq
		}
	}
	return low
}

// next is the message after the newest that was given out, reckoned like the lowest one.
func (c *claims) next(near uint64) (next uint64) {
	for i := range c.words {
		if after := c.about(c.load(uint64(i)), i, near) + 1; i == 0 || before(next, after) {
			next = after
		}
	}
	return next
}

// about is the message that word number i is about, of all that it may be about the one nearest to a sequence number.
func (c *claims) about(w word, i int, near uint64) uint64 {
	round := c.round(near) - uint64(w.age(c.round(near)))
	return round<<c.shift | uint64(i)
}
