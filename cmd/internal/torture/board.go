package torture

import (
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// The board is memory that the conductor and all workers of a ring share, beside the ring. What stands there outlives the worker
// that wrote it, so that the conductor knows how far one was that it killed.
type board struct {
	stream   account
	attempts [maxAttempts]attempt
	slots    [maxSlots]slot
}

// maxSlots is how many workers a ring has at once: slot 0 is the producer's, the others are consumers'.
const maxSlots = 12

// account is what the producer answers for. At any moment the number of messages that exist is committed; while a call is in progress
// it may also be pending, or pending+own.
type account struct {
	committed atomic.Uint64 // messages that certainly exist
	pending   atomic.Uint64 // messages that exist once what was appended is flushed
	own       atomic.Uint64 // 1: the call in progress makes one more
}

// most is a number that no message's reaches, at the time of the call.
func (a *account) most() uint64 {
	pending := a.pending.Load() + a.own.Load() // before committed, which is stored before these are taken back
	return max(pending, a.committed.Load())
}

// attempt is one producer process: where it began and where it ended the stream; each one too high, 0 if it has not.
type attempt struct {
	begin, end atomic.Uint64
	more       atomic.Uint64 // 1: the end may also be one message later
}

// slot is what is known of one worker.
type slot struct {
	phase atomic.Uint64
	hold  atomic.Uint64 // the phase in which the conductor wants the worker to stop; 0: none
	held  atomic.Uint64 // the phase in which it has stopped
	doom  atomic.Uint64 // the phase in which the worker is to kill or stop itself; 0: none
	fate  atomic.Uint64 // the signal that does it
	delay atomic.Uint64 // how many nanoseconds after the phase's beginning
	order atomic.Uint64

	progress atomic.Uint64 // grows with all the worker does
	next     atomic.Uint64 // number of the message it is to get next
	asked    atomic.Uint64 // messages below may be acknowledged, for all it knows
	acked    atomic.Uint64 // messages below certainly are (ManualAck)
	open     atomic.Uint64 // 1: it has opened the ring
	placed   atomic.Uint64 // 1: it knows which message is due: it began somewhere, or was told something since it resumed
	landed   atomic.Uint64 // the message at which it was placed when it began, sought or lost some: what went before was gone
	lost     atomic.Uint64 // messages that this process was told it lost

	counts [numCounts]atomic.Uint64
}

// enter begins a phase.
func (s *slot) enter(p phase) {
	s.phase.Store(uint64(p))
	if s.doom.Load() == uint64(p) {
		s.meetDoom()
	}
}

// meetDoom has this process killed or stopped a little later, in the midst of whatever it is doing then.
func (s *slot) meetDoom() {
	s.doom.Store(0)
	signalSelfIn(time.Duration(s.delay.Load()), s.fate.Load())
}

func (s *slot) count(c count, n uint64) { s.counts[c].Store(s.counts[c].Load() + n) }

// renew prepares the slot for another process. What it counted stays.
func (s *slot) renew() {
	for _, word := range []*atomic.Uint64{&s.phase, &s.hold, &s.held, &s.order, &s.doom, &s.open, &s.placed, &s.landed, &s.lost} {
		word.Store(0)
	}
}

// An order is what the conductor tells a worker to do next.
type order uint64

const (
	orderNone     order = iota
	orderLeave          // close and end
	orderLeaveNow       // close from another goroutine, whatever is going on, and end
	orderFinish         // read to the end of the stream, or end it
	orderSeek           // to a random place
)

// newBoard makes a board, and the file that gives it to workers.
func newBoard(dir string) (*board, *os.File, error) {
	file, err := os.CreateTemp(dir, "board-")
	if err != nil {
		return nil, nil, err
	}
	os.Remove(file.Name()) // workers inherit it
	if err := file.Truncate(int64(boardSize)); err != nil {
		file.Close()
		return nil, nil, err
	}
	b, err := mapBoard(file)
	if err != nil {
		file.Close()
	}
	return b, file, err
}

func mapBoard(file *os.File) (*board, error) {
	mem, err := mapShared(file, boardSize)
	if err != nil {
		return nil, fmt.Errorf("map the board: %w", err)
	}
	return asBoard(mem), nil
}

func unmapBoard(b *board) { unmap(asBytes(b)) }

// begun is the attempt that sent the message with number seq, if it was this one: it began before, and no later one began at or
// before it.
func (b *board) begun(n, seq uint64) error {
	begin := b.attempts[n].begin.Load()
	if begin == 0 || begin-1 > seq {
		return fmt.Errorf("message %d says that producer %d sent it, which began at %d (0: never began)", seq, n, max(begin, 1)-1)
	}
	for later := n + 1; later < maxAttempts; later++ {
		switch begin := b.attempts[later].begin.Load(); {
		case begin == 0 && later > n+maxVain:
			return nil
		case begin != 0 && begin-1 <= seq:
			return fmt.Errorf("message %d of producer %d was never committed: producer %d began at %d", seq, n, later, begin-1)
		case begin != 0:
			return nil
		}
	}
	return nil
}

// maxVain is how many producers in a row may be killed before they open the ring.
const maxVain = 16

// ended reports whether some producer ended the stream after n messages.
func (b *board) ended(n uint64) bool {
	for i := range b.attempts {
		a := &b.attempts[i]
		if end := a.end.Load(); end != 0 && (n+1 == end || n+1 == end+a.more.Load()) {
			return true
		}
	}
	return false
}
