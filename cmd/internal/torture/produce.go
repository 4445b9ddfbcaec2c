package torture

import (
	"context"
	"errors"
	"fmt"

	"github.com/mmring/mmring/ring"
)

// producer is a process that publishes without end, by every way there is.
type producer struct {
	*worker
	ring   *ring.Producer
	typed  *ring.ProducerOf[typedMessage] // nil if the ring is not typed
	seq    uint64                         // number of the next message, those appended included
	buffer []byte
}

func (p *producer) run() error {
	if err := p.start(); err != nil {
		return err
	}
	for {
		p.slot.enter(phaseBetween)
		p.slot.progress.Add(1)
		switch p.ordered() {
		case orderLeave, orderFinish:
			return p.end(false)
		case orderLeaveNow:
			return p.end(true)
		}
		p.holdAt(phaseBetween)
		if err := p.act(); err != nil {
			return err
		}
	}
}

// start opens the ring and holds what it resumes at against what the producer before answered for.
func (p *producer) start() (err error) {
	p.slot.enter(phaseOpening)
	if p.Ring.Typed {
		if p.typed, err = ring.CreateOf[typedMessage](p.Ring.Path, p.Ring.options()); err == nil {
			p.ring = p.typed.Producer
		}
	} else {
		p.ring, err = ring.Create(p.Ring.Path, p.Ring.options())
	}
	if err != nil {
		return err
	}
	if have := p.ring.MaxMessage(); have != p.script.largest {
		return fmt.Errorf("the largest message has %d bytes, want %d", have, p.script.largest)
	}
	p.seq = p.ring.Stats().NextSeq
	if err := mayBegin(&p.board.stream, p.seq); err != nil {
		return err
	}
	p.board.attempts[p.Attempt].begin.Store(p.seq + 1)
	p.settled(p.seq)
	p.buffer = make([]byte, p.script.largest)
	p.slot.open.Store(1)
	p.slot.count(countStarts, 1)
	return nil
}

// settled says that n messages exist and no call is in progress.
func (p *producer) settled(n uint64) {
	a := &p.board.stream
	a.committed.Store(n)
	a.own.Store(0)
	a.pending.Store(n)
}

// call is one call of the ring. Before, it says which messages that may bring into existence: those appended and, if own is 1, one
// more. Afterwards it holds what exists against that.
func (p *producer) call(during phase, own uint64, fn func() error) error {
	a := &p.board.stream
	a.pending.Store(p.seq)
	a.own.Store(own)
	p.slot.enter(during)
	err := fn()
	p.slot.enter(phaseBetween)
	if err == nil {
		p.seq += own
	}
	n := p.ring.Stats().NextSeq
	if wrong := mayBegin(a, n); wrong != nil {
		return fmt.Errorf("%v: %w", during, wrong)
	}
	if own == 1 && (err == nil) != (n == p.seq && n > a.pending.Load()) {
		return fmt.Errorf("%v returned %v, but there are %d messages of %d", during, err, n, p.seq)
	}
	p.published(n - a.committed.Load())
	p.settled(n)
	return err
}

func (p *producer) published(n uint64) {
	for seq := p.board.stream.committed.Load(); n > 0; n-- {
		p.slot.count(countPublished, 1)
		p.slot.count(countBytes, uint64(p.script.size(seq, p.Attempt)))
		seq++
	}
}

// message is the next one.
func (p *producer) message() (tag uint32, payload []byte) {
	payload = p.buffer[:p.script.size(p.seq, p.Attempt)]
	p.script.fill(payload, p.seq, p.Attempt)
	return p.script.tag(p.seq, p.Attempt), payload
}

// tolerate counts the errors that a ring full of unread messages gives. Others are not expected.
func (p *producer) tolerate(err error) error {
	switch {
	case errors.Is(err, ring.ErrFull):
		p.slot.count(countFull, 1)
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		p.slot.count(countGaveUp, 1)
		return nil
	}
	return err
}
