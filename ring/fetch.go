package ring

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"
)

// forever is as long as a wait can be told to last.
const forever = time.Duration(math.MaxInt64)

// fill makes the next run, waiting for it as long as told. The one before has been delivered.
func (c *Consumer) fill(ctx context.Context, atMost time.Duration) (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	if err = c.take(); err == ErrEmpty && atMost > 0 {
		err = c.await(ctx, atMost)
	}
	return c.leave(err)
}

// fillMore is fill for a call that has delivered messages already, and does not wait: what else there is to tell is for the next call to say.
// Until it did, a successor of this name is to be told.
func (c *Consumer) fillMore() (err error) {
	if err := c.enter(); err != nil {
		return err
	}
	if err = c.take(); err != nil && err != ErrEmpty {
		c.pending = err
	}
	return c.leave(err)
}

// take fetches what is there.
func (c *Consumer) take() error {
	if err := c.prepare(); err != nil {
		return err
	}
	return c.fetchPaced(c.runLimit(), copying)
}

// manner is how a run is fetched.
type manner bool

const (
	copying manner = true
	inPlace manner = false // for View: its messages stay where they lie
)

// Under a stall deadline a lossless consumer takes one message at a time and tells the heads file of each: one that is slow but
// moves is not to be taken for one that does not. Otherwise a sixteenth of the ring may be acknowledged before it is told.

func (c *Consumer) publishEvery() uint64 {
	if c.gating && c.deadline > 0 {
		return 1
	}
	return c.segment
}

func (c *Consumer) runLimit() int {
	if c.gating && c.deadline > 0 {
		return 1
	}
	return runMessages
}

// fetch copies a run of at most limit messages out of the ring, in one piece, or only lists it. It believes nothing until the one check
// at the end, which covers every byte loaded, because it is made against the run's first position. Edges R1 and R3.
func (c *Consumer) fetch(limit int, how manner) error {
	r := &c.run
	w := c.loadCommit(c.head)
	if !committed(w) {
		return c.nothing(w)
	}
	r.restart(place{c.head, c.seq})
	if size := c.size(min(length(w), c.maxPayload())); size > uint64(len(r.buffer)) && how == copying {
		if !c.intact(c.head) { // before a length that may not be one makes this large
			return c.relocate()
		}
		r.buffer = newBuffer(size)
	}
	n, long, bad := c.list(w, limit)
	if how == copying {
		c.copyRun(r.buffer[:long], c.bytes(c.head, long))
	}
	return c.believe(n, long, bad, how)
}

// fetchOne is fetch for the one message that a wait was for, whose commit word is w. It does without what only concerns runs, and reports
// whether that would do: if not, nothing has happened.
func (c *Consumer) fetchOne(w uint64) bool {
	r, n := &c.run, length(w)
	if n > min(c.maxPayload(), runBytes-headerSize) {
		return false
	}
	c.copyRun(r.buffer[headerSize:headerSize+n], c.payload(c.head, n))
	if seq := c.loadSeq(c.head); !c.intact(c.head) || seq != c.seq || c.faulted() {
		return false
	}
	r.restart(place{c.head, c.seq})
	r.words[c.seq%runMessages] = w
	c.head += c.size(n)
	c.seq++
	r.end = c.seq
	return true
}

// list notes the commit words of the records from head on, of which w is the first: at most limit, no more than the buffer holds, and none
// that starts in the next lap. It returns how many and how long they are, and in bad whether something is wrong with one, should it turn
// out to be one. It goes by lengths: a position behind another need not be the larger number, if it was a lie that led here.
func (c *Consumer) list(w uint64, limit int) (n int, long, bad uint64) {
	r, head := &c.run, c.head
	records, seq := c.records, c.seq
	most, lap := min(uint64(len(r.buffer)), c.segment), c.capacity-head&c.mask
	for {
		size := min(length(w), c.maxPayload())
		over := length(w) - size
		// Records of one size are a loop of their own, so that the address of the next is predicted, not waited for: the CPU then has
		// several cache misses in flight.
		for step, like := c.size(size), w; uint32(w) == uint32(like); {
			if n > 0 && long+step > most {
				return n, long, bad
			}
			bad |= over | records.loadSeq(head+long) ^ seq
			r.words[seq%runMessages] = w
			seq++
			n++
			long += step
			if n == limit || long >= lap {
				return n, long, bad
			}
			w = records.loadCommit(head + long)
		}
		if !committed(w) {
			c.pace.catchUp(n, seq)
			return n, long, bad
		}
	}
}

// copyRun copies, out of the ring, what a gating consumer knows to be stable and a lossy one does not.
func (c *Consumer) copyRun(dst, src []byte) {
	if c.gating {
		copyOut(dst, src)
	} else {
		copyUnsure(dst, src)
	}
}

// believe checks the run of n messages, that many bytes long, and moves behind it.
func (c *Consumer) believe(n int, long, bad uint64, how manner) error {
	if !c.intact(c.head) {
		return c.relocate()
	}
	if c.faulted() {
		if err := c.afterFaults(); err != nil {
			return err
		}
	}
	if bad != 0 && n > 1 { // whichever it is, those before it are whole
		return c.fetch(1, how)
	}
	if bad != 0 {
		return fmt.Errorf("%w: the record at %d has a length above %d or is out of sequence (%d expected)", ErrCorrupt, c.head, c.maxPayload(), c.seq)
	}
	c.head, c.seq = c.head+long, c.seq+uint64(n)
	c.run.end = c.seq
	return nil
}

// nothing says why there is no message at head, where the word w was found.
func (c *Consumer) nothing(w uint64) error {
	switch {
	case !c.intact(c.head):
		return c.relocate()
	case w != 0:
		return fmt.Errorf("%w: no record at %d (commit word %#x)", ErrCorrupt, c.head, w)
	}
	if c.acked != c.published {
		if c.publish(); c.pending != nil {
			return c.tellPending()
		}
	}
	if c.closed() == c.head+1 { // K1: stored after the last commit, and names its end: nothing can have come between
		return io.EOF
	}
	return ErrEmpty
}

// relocate goes on after a lap, at a record with room to spare before the producer gets there too: landing on what is
// overwritten next would mean being lapped again at once. What was lost is exact, because records carry their numbers.
func (c *Consumer) relocate() error {
	if err := c.afterFaults(); err != nil {
		return err
	}
	if c.gating {
		c.demoted()
	}
	at, err := c.oldest(0, c.landing.room(c.seq, c.capacity))
	if err != nil {
		return err
	}
	if at.seq < c.seq {
		return fmt.Errorf("%w: overtaken at record %d, but the oldest is %d", ErrCorrupt, c.seq, at.seq)
	}
	lost := at.seq - c.seq
	c.head, c.seq = at.pos, at.seq
	c.landing.seq = at.seq
	return c.lose(lost)
}

// landing is where a consumer went on after the last lap.
type landing struct {
	seq   uint64 // sequence number of the record there
	spare uint64 // bytes that the producer had to go before it came there too
}

// room is how many bytes are to be spare at the next landing: twice as many as at the last if that brought nothing, because a message takes
// longer to copy than the producer took to get there, or else half as many, and at least an eighth of the ring. Nothing has as much room as
// the whole ring, which means the newest record.
func (l *landing) room(seq, capacity uint64) uint64 {
	if seq == l.seq {
		l.spare = min(2*l.spare, capacity)
	} else {
		l.spare /= 2
	}
	l.spare = max(l.spare, capacity/8)
	return l.spare
}
