package ring

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// join makes the consumer one of the ring's, at the place its options ask for.
func (c *Consumer) join() error {
	r, err := c.enlist()
	if err != nil {
		return err
	}
	from := c.options.From
	if r.found {
		from = FromSeq(r.nextSeq)
	}
	err = c.startAt(from, c.options.Lossless, r.gated)
	switch {
	case err == nil || c.entry == unlisted:
	case r.found:
		c.adopt(modeParked) // its place stays what it was
	default:
		c.adopt(modeFree)
	}
	return err
}

// resumption is what an entry of this consumer's name, left by an earlier process, says.
type resumption struct {
	found   bool
	gated   bool   // its gate never lapsed
	nextSeq uint64 // of the first message that was not acknowledged
}

// unknownSeq is the nextSeq of an entry whose owner has not found its place yet.
const unknownSeq = ^uint64(0)

// enlist takes an entry of the consumer table: the one of this name, or a free one.
func (c *Consumer) enlist() (resumption, error) {
	if c.heads.mem == nil {
		return resumption{}, nil
	}
	if c.options.Name != "" {
		err := c.files.headsLocks.Lock(nameByte(c.options.Name))
		if errors.Is(err, mmapfile.ErrLocked) {
			return resumption{}, fmt.Errorf("%w: %q", ErrNameInUse, c.options.Name)
		}
		if err != nil {
			return resumption{}, err
		}
		if r := c.enterNamed(); c.entry != unlisted {
			return r, nil
		}
	}
	err := c.enterFree()
	if errors.Is(err, ErrTableFull) && !c.options.Lossless && c.options.Name == "" {
		err = nil // it reads unlisted
	}
	return resumption{}, err
}

// enterNamed looks for the entry an earlier consumer of this name left.
func (c *Consumer) enterNamed() resumption {
	for i := range c.slots {
		s := c.heads.state(i)
		if stateMode(s) == modeFree || c.nameOf(i) != c.options.Name || c.files.headsLocks.Lock(int64(i)) != nil {
			continue
		}
		s = c.heads.state(i)
		if stateMode(s) == modeFree {
			c.files.headsLocks.Unlock(int64(i))
			continue
		}
		r := resumption{found: true, nextSeq: c.heads.nextSeqOf(i)}
		if r.nextSeq == unknownSeq {
			r.found = false // killed while joining: it never had a place
		} else if c.options.Lossless && stateMode(s) == modeGating { // only a completed join holds what its head says
			r.gated = c.heads.swapState(i, s, stateNext(s, modeGating))
			c.state = stateNext(s, modeGating)
		}
		c.entry = i
		c.introduce()
		return r
	}
	return resumption{}
}

// enterFree takes an entry that nobody owns: a free one, or one whose unnamed owner died. It locks before it looks at the
// state again, so that two joiners, or a joiner and the producer, never both act on it.
func (c *Consumer) enterFree() error {
	parked := 0
	for i := range c.slots {
		if c.files.headsLocks.Lock(int64(i)) != nil {
			continue
		}
		if m := stateMode(c.heads.state(i)); m == modeFree || c.nameOf(i) == "" {
			c.entry = i
			c.heads.setNextSeq(i, unknownSeq)
			c.introduce()
			return nil
		}
		parked++
		c.files.headsLocks.Unlock(int64(i))
	}
	return fmt.Errorf("%w: %d entries, of which %d keep the place of a named consumer that is not running; make the ring with more (MaxConsumers)",
		ErrTableFull, c.slots, parked)
}

func (c *Consumer) nameOf(i int) string {
	w := c.heads.who(i)
	return strings.Clone(string(w.name[:min(w.nameLen, MaxName)]))
}

// introduce writes who owns the entry. Its state does not say so yet. A name that is there already is not touched: this
// process may be killed at any store, and the name is what its successor looks for.
func (c *Consumer) introduce() {
	w := c.heads.who(c.entry)
	if c.nameOf(c.entry) != c.options.Name {
		w.nameLen = 0
		copy(w.name[:], c.options.Name)
		w.nameLen = uint32(len(c.options.Name))
	}
	w.pid, w.since = uint32(os.Getpid()), time.Now().UnixNano()
}

// startAt finds the place to start at and takes it. A lossless consumer keeps the producer off first, then looks. held says that
// its gate holds already.
func (c *Consumer) startAt(from Start, lossless, held bool) error {
	var pinned uint64
	if lossless && !held {
		pinned = c.pin(from.kind == startLatest)
	}
	at, lost, err := c.seek(from, pinned)
	if err == nil && held && lost > 0 {
		held, pinned = c.heldFrom()
		at, lost, err = c.seek(from, pinned)
	}
	if err != nil {
		return err
	}
	c.moveTo(at, lost)
	c.settle(lossless, held)
	if lost > 0 {
		c.pending = c.lose(lost)
	}
	return nil
}

// heldFrom is what a gate that was taken over holds, for a consumer whose message is gone: what lies below may still be there, but the
// producer may have looked at the heads already and overwrite it. The segment is spared, for the anchor in it; see allowed. A gate that
// the producer has passed is none, and pinned anew.
func (c *Consumer) heldFrom() (held bool, pinned uint64) {
	if gate := c.heads.headOf(c.entry); c.intact(gate) {
		return true, gate &^ (c.segment - 1)
	}
	return false, c.pin(false)
}

// moveTo makes at the next message to be delivered, and everything before it acknowledged. What was to be told of the place
// before no longer matters, except that a gate was lost.
// What was lost on the way is not: a successor is to be told of it if this process dies before it was.
func (c *Consumer) moveTo(at place, lost uint64) {
	c.run.restart(at)
	c.head, c.seq = at.pos, at.seq
	c.acked = place{at.pos, at.seq - lost}
	c.published = c.acked
	lapped, ok := c.pending.(*LappedError)
	if c.pending = nil; ok && lapped.Demoted {
		c.tellLater(0, true)
	}
	if c.entry != unlisted {
		c.heads.setNextSeq(c.entry, c.acked.seq)
		c.heads.setHead(c.entry, at.pos)
	}
}

// settle ends a join: the entry gates, or is listed as lossy.
func (c *Consumer) settle(lossless, held bool) {
	switch {
	case lossless && held:
		c.gating = true
		c.freed()
	case lossless:
		gating := stateWith(c.state, modeGating)
		if c.gating = c.heads.swapState(c.entry, c.state, gating); c.gating {
			c.state = gating
		} else {
			c.demoted()
		}
	default:
		c.gating = false
		c.adopt(modeLossy)
	}
	c.count.setLossless(c.gating)
}

// pin makes the producer keep everything from some position on, without yet knowing where records start: it stores a head that nothing the
// producer has announced can pass, then sees whether more was announced meanwhile. Either the producer's scan saw the
// head, or this sees the announcement. Edge E2; docs/protocol.md, J1.
func (c *Consumer) pin(latest bool) (at uint64) {
	for joining := false; ; {
		at = c.intent() - c.capacity
		if latest {
			at, latest = c.last(), false
		}
		c.heads.pinHead(c.entry, at)
		if !joining {
			s := c.heads.state(c.entry)
			c.state = stateNext(s, modeJoining)
			if !c.heads.swapState(c.entry, s, c.state) {
				continue
			}
			joining = true
		}
		fullFence()
		if c.intent()-at <= c.capacity {
			return at
		}
	}
}

// reattach joins the heads file that the producer uses now, and delivers on from where it is. Until that works the consumer
// reads on as it is, and reserved tells it the truth.
func (c *Consumer) reattach() {
	if c.files.path == "" {
		return
	}
	lossless := c.gating
	c.heads.mem, c.entry, c.mayWake = nil, unlisted, false
	c.files.closeHeads()
	if c.findHeads(c.files.openHeads) != nil || c.heads.mem == nil {
		c.loseHeads()
		return
	}
	if _, err := c.enlist(); err != nil || c.regate(lossless) != nil {
		c.loseHeads()
	}
}

// regate takes up the entry in a new heads file, at what is acknowledged or, if the producer was faster, at what is left.
func (c *Consumer) regate(lossless bool) error {
	if c.entry == unlisted {
		return nil
	}
	var pinned uint64
	if lossless {
		pinned = c.pin(false)
	}
	at, err := c.find(c.acked.seq, pinned)
	switch {
	case err != nil:
		return err
	case at.seq > c.seq:
		lost := at.seq - c.seq
		c.moveTo(at, lost)
		c.pending = c.lose(lost)
	default:
		c.acked = at
		c.publish()
	}
	c.settle(lossless, false)
	return nil
}
