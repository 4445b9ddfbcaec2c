package ring

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

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
		if r, err := c.enterNamed(); err != nil || c.entry != unlisted {
			return r, err
		}
	}
	err := c.enterFree()
	if errors.Is(err, ErrTableFull) && !c.options.Lossless && c.options.Name == "" {
		err = nil // it reads unlisted
	}
	return resumption{}, err
}

// enterNamed looks for the entry an earlier consumer of this name left. Whoever has it locked is none of that name, whose lock is
// held here, and has no business with it: to begin anew then would lose the name's place.
func (c *Consumer) enterNamed() (resumption, error) {
	for i := range c.slots {
		s := c.heads.state(i)
		if stateMode(s) == modeFree || c.heads.nameOf(i) != c.options.Name {
			continue
		}
		if err := c.files.headsLocks.Lock(int64(i)); errors.Is(err, mmapfile.ErrLocked) {
			return resumption{}, fmt.Errorf("%w: %q: another process has locked its entry, %d; try again", ErrNameInUse, c.options.Name, i)
		} else if err != nil {
			return resumption{}, err
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
		return r, nil
	}
	return resumption{}, nil
}

// enterFree takes an entry that nobody owns: a free one, or one whose unnamed owner died. It locks before it looks at the
// state again, so that two joiners, or a joiner and the producer, never both act on it. An entry that keeps a name's place is only asked
// about: its owner may be coming back.
func (c *Consumer) enterFree() error {
	parked := 0
	for i := range c.slots {
		if !c.forAnyone(i) {
			if alive, err := c.files.consumerAlive(i); err == nil && !alive {
				parked++
			}
			continue
		}
		if c.files.headsLocks.Lock(int64(i)) != nil {
			continue
		}
		if c.forAnyone(i) {
			c.entry = i
			c.heads.setNextSeq(i, unknownSeq)
			c.introduce()
			return nil
		}
		c.files.headsLocks.Unlock(int64(i))
	}
	return fmt.Errorf("%w: %d entries, of which %d keep the place of a named consumer that is not running; make the ring with more (MaxConsumers)",
		ErrTableFull, c.slots, parked)
}

// forAnyone reports whether entry i keeps no name's place.
func (c *Consumer) forAnyone(i int) bool {
	return stateMode(c.heads.state(i)) == modeFree || c.heads.nameOf(i) == ""
}

// introduce writes who owns the entry. Its state does not say so yet. A name that is there already is not touched: this
// process may be killed at any store, and the name is what its successor looks for.
func (c *Consumer) introduce() {
	w := c.heads.who(c.entry)
	if c.heads.nameOf(c.entry) != c.options.Name {
		w.nameLen = 0
		copy(w.name[:], c.options.Name)
		w.nameLen = uint32(len(c.options.Name))
	}
	w.pid, w.since = uint32(os.Getpid()), time.Now().UnixNano()
}
