package torture

import (
	"fmt"

	"github.com/mmring/mmring/ring"
)

// A ledger holds what a consumer is told against what it must be told: every message once and in order, or exactly how
// many it lost.
type ledger struct {
	next      uint64 // number of the message to come
	lossless  bool
	demotable bool // the ring has a stall deadline
	fresh     bool // nothing was told yet since it asked for a certain message: that, and what follows it, may be gone
	resume    resumption
	resuming  bool   // nothing was told yet since it resumed: next is not known, only within what bounds
	repeated  uint64 // bytes of the ring told a second time after a resumption
}

// resumption is what the next process of a named consumer must find.
type resumption struct {
	Known     bool   // a process before it had joined
	Low, High uint64 // the first message is one of these
	Was       uint64 // the one it would have got next
	Again     uint64 // bytes of the ring that may be told again at most
	Gated     bool   // its gate held when it was killed: nothing from Held on is lost, unless the ring counts a gate lifted since
	Held      uint64 // where it had been placed: what it asked for before that was gone already, which may be told again
	Lifted    uint64 // gates that the ring had lifted then
}

// breached reports whether something is lost that a gate held.
func (r *resumption) breached(e *ring.LappedError) bool {
	return r.Gated && e.Lost > 0 && e.Next > r.Held
}

// begin expects next after the consumer has taken its place. asked says that it asked for that message, which may be gone.
func (l *ledger) begin(next uint64, asked bool) {
	*l = ledger{next: next, fresh: asked, lossless: l.lossless, demotable: l.demotable}
}

// resumes expects what r says.
func (l *ledger) resumes(r resumption) {
	l.resume, l.resuming, l.fresh = r, true, true
}

// message notes a message that takes footprint bytes of the ring.
func (l *ledger) message(seq, footprint uint64) error {
	if l.resuming {
		if err := l.place(seq); err != nil {
			return err
		}
	}
	switch {
	case seq < l.next:
		return fmt.Errorf("message %d again or out of order: %d is due", seq, l.next)
	case seq > l.next:
		return fmt.Errorf("message %d although %d is due: %d are missing and nothing was said", seq, l.next, seq-l.next)
	}
	if l.resume.Known && seq < l.resume.Was {
		if l.repeated += footprint; l.repeated > l.resume.Again {
			return fmt.Errorf("message %d again: after a resumption %d bytes are repeated, at most %d may be", seq, l.repeated, l.resume.Again)
		}
	}
	l.next, l.fresh = seq+1, false
	return nil
}

// place is where the consumer goes on after a resumption.
func (l *ledger) place(seq uint64) error {
	if seq < l.resume.Low || seq > l.resume.High {
		return fmt.Errorf("resumed at message %d, but had acknowledged all below %d and none from %d on", seq, l.resume.Low, l.resume.High)
	}
	l.next, l.resuming = seq, false
	return nil
}

// lapped notes that messages were lost.
func (l *ledger) lapped(e *ring.LappedError) error {
	if l.resuming {
		if err := l.place(e.Next - e.Lost); err != nil {
			return fmt.Errorf("lost %d: %w", e.Lost, err)
		}
	}
	if err := l.mayLose(e); err != nil {
		return err
	}
	if e.Next != l.next+e.Lost {
		return fmt.Errorf("lost %d and next is %d, but %d was due", e.Lost, e.Next, l.next)
	}
	l.next, l.fresh, l.lossless = e.Next, false, l.lossless && !e.Demoted
	return nil
}

// mayLose says why what e tells is not possible.
func (l *ledger) mayLose(e *ring.LappedError) error {
	switch {
	case e.Lost == 0 && !e.Demoted:
		return fmt.Errorf("told of a loss of nothing at message %d", l.next)
	case e.Demoted && !l.lossless:
		return fmt.Errorf("demoted at message %d, but it was lossy", l.next)
	case e.Demoted && !l.demotable:
		return fmt.Errorf("demoted at message %d, losing %d, but the ring has no stall deadline", l.next, e.Lost)
	case l.lossless && !e.Demoted && !l.fresh:
		return fmt.Errorf("lossless, but lost %d messages from %d on", e.Lost, l.next)
	}
	return nil
}

// mayBegin says why a producer may not go on after begin messages, given what the one before answered for.
func mayBegin(a *account, begin uint64) error {
	committed, pending, own := a.committed.Load(), a.pending.Load(), a.own.Load()
	if begin == committed || begin == pending || begin == pending+own {
		return nil
	}
	return fmt.Errorf("the stream goes on at message %d, but %d were committed, and %d or %d if the last call came that far",
		begin, committed, pending, pending+own)
}
