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

// fetch copies a run of at most limit messages out of the ring, in one piece, and believes nothing until the one check at the end, which covers
// every byte loaded, because it is made against the run's first position; or it only counts them, for View to check one by one. Edges R1 and R3.
func (c *Consumer) fetch(limit int, how manner) error {
	r := &c.run
	w := c.poll()
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
	n, long := c.list(w, limit)
	if how == copying {
		c.copyRun(r.buffer[:long], c.bytes(c.head, long))
		first, seq := memoryOf(r.buffer).header(0)
		if err := c.believe(first == w && c.follows(w, seq)); err != nil {
			return err
		}
		r.records = r.buffer[:long]
	}
	c.head, c.seq = c.head+long, c.seq+uint64(n)
	if c.reach = 0; n == 1 {
		c.expect(length(w))
	}
	return nil
}

// fetchOne is fetch for the one message that a wait was for, whose commit word is w. It does without what only concerns runs, and reports
// whether that would do: if not, it has fetched nothing.
func (c *Consumer) fetchOne(w uint64) bool {
	r, n := &c.run, length(w)
	if n > min(c.maxPayload(), runBytes-headerSize) {
		return false
	}
	r.restart(place{c.head, c.seq}) // the buffer's records are no more
	c.copyRun(r.buffer[headerSize:headerSize+n], c.payload(c.head, n))
	if seq := c.loadSeq(c.head); !c.intact(c.head) || seq != c.seq || c.faulted() {
		return false
	}
	memoryOf(r.buffer).setHeader(0, w, c.seq)
	size := c.size(n)
	r.records = r.buffer[:size]
	c.head += size
	c.seq++
	c.expect(n)
	return true
}

// list counts the records from head on, of which w is the first: at most limit, no more than the buffer holds, and none that starts in the
// next lap. It returns how many and how long they are. It goes by lengths: a position behind another need not be the larger number, if it
// was a lie that led here.
func (c *Consumer) list(w uint64, limit int) (n int, long uint64) {
	records := c.data.from(c.head & c.words)
	most, lap := min(uint64(len(c.run.buffer)), c.segment), c.capacity-c.head&c.mask
	for {
		step := c.size(min(length(w), c.maxPayload()))
		if n > 0 && long+step > most {
			return n, long
		}
		n++
		long += step
		// Records of one size are a loop of their own, so that the address of the next is predicted, not waited for: the CPU then has
		// several cache misses in flight.
		stop := min(lap, most-min(step-1, most), long+uint64(limit-n)*step)
		for long < stop && uint32(loadAcquire64(records.word64(long))) == uint32(w) {
			n++
			long += step
		}
		if n == limit || long >= lap {
			return n, long
		}
		if w = loadAcquire64(records.word64(long)); !committed(w) {
			c.pace.catchUp(n, c.seq+uint64(n))
			return n, long
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

// follows reports whether a header is that of the record expected at head.
func (c *Consumer) follows(w, seq uint64) bool { return length(w) <= c.maxPayload() && seq == c.seq }

// believe checks what was loaded from head on. follows says whether the record found there is the one expected.
func (c *Consumer) believe(follows bool) error {
	if !c.intact(c.head) {
		return c.relocate()
	}
	if c.faulted() {
		if err := c.afterFaults(); err != nil {
			return err
		}
	}
	if !follows {
		return fmt.Errorf("%w: the record at %d has a length above %d or is out of sequence (%d expected)", ErrCorrupt, c.head, c.maxPayload(), c.seq)
	}
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
