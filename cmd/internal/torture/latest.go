package torture

import (
	"errors"
	"fmt"
	"time"

	"github.com/mmring/mmring/ring"
)

// watcher is a process that asks for the newest message again and again.
type watcher struct {
	*worker
	ring *ring.Consumer
	seen uint64 // messages up to the newest seen
}

func (w *watcher) run() (err error) {
	w.slot.enter(phaseOpening)
	if w.ring, err = w.open(); err != nil {
		return err
	}
	w.slot.open.Store(1)
	w.slot.count(countJoins, 1)
	for {
		w.slot.progress.Add(1)
		switch o := w.ordered(); {
		case o == orderLeave || o == orderLeaveNow || o == orderFinish && w.seen == w.board.stream.most():
			w.slot.enter(phaseClosing)
			w.slot.count(countLeaves, 1)
			return w.ring.Close()
		}
		if err := w.look(); err != nil {
			return err
		}
		if !w.chance(4) {
			w.nap(time.Millisecond)
		}
	}
}

// open is the raw ring also where it is typed: the bytes are the same.
func (w *watcher) open() (*ring.Consumer, error) {
	o := ring.ConsumerOptions{From: ring.Latest()}
	if !w.Ring.Typed {
		return ring.Open(w.Ring.Path, o)
	}
	typed, err := ring.OpenOf[typedMessage](w.Ring.Path, o)
	if err != nil {
		return nil, err
	}
	return typed.Consumer, nil
}

// look checks the newest message: it is whole, and none was committed after it before it was asked for.
func (w *watcher) look() error {
	least := max(w.board.stream.committed.Load(), w.seen)
	w.slot.enter(phaseLatest)
	m, err := w.ring.Latest()
	w.slot.enter(phaseBetween)
	switch {
	case errors.Is(err, ring.ErrEmpty) && least == 0:
		return nil
	case err != nil:
		return fmt.Errorf("call of Latest with %d messages committed: %w", least, err)
	}
	w.slot.count(countLatest, 1)
	if most := w.board.stream.most(); m.Seq+1 < least || m.Seq >= most {
		return fmt.Errorf("newest message is %d, want %d to %d", m.Seq, least-1, most-1)
	}
	if err := w.script.check(m.Payload, m.Tag, m.Seq); err != nil {
		return err
	}
	w.seen = m.Seq + 1
	w.slot.next.Store(w.seen)
	return w.board.begun(attemptOf(m.Tag), m.Seq)
}
