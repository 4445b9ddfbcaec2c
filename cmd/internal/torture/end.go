package torture

import (
	"errors"
	"time"

	"github.com/mmring/mmring/ring"
)

// end closes the ring. At once means: from another goroutine, while this one publishes.
func (p *producer) end(now bool) error {
	if p.chance(2) {
		if err := p.appendSome(); err != nil {
			return err
		}
	}
	if now {
		return p.endNow()
	}
	p.board.stream.pending.Store(p.seq)
	return p.close(p.seq)
}

// close ends the stream after n messages.
func (p *producer) close(n uint64) error {
	p.board.attempts[p.Attempt].end.Store(n + 1)
	p.slot.enter(phaseClosing)
	if err := p.ring.Close(); err != nil {
		return err
	}
	p.published(n - p.board.stream.committed.Load())
	p.settled(n)
	p.slot.enter(phaseClosed)
	p.slot.count(countCloses, 1)
	return nil
}

// endNow closes while a call may be waiting for space, which must then fail with ErrClosed and publish nothing.
func (p *producer) endNow() error {
	if err := p.call(phaseFlush, 0, p.ring.Flush); err != nil {
		return err
	}
	tag, payload := p.message()
	end := &p.board.attempts[p.Attempt]
	end.more.Store(1)
	end.end.Store(p.seq + 1)
	p.board.stream.own.Store(1)
	done := make(chan error, 1)
	go func() { done <- p.publishOnce(tag, payload) }()
	p.nap(2 * time.Millisecond)
	p.slot.enter(phaseClosing)
	if err := p.ring.Close(); err != nil {
		return err
	}
	return p.closedNow(<-done)
}

// closedNow holds what the call made that Close interrupted, or did not, against its error.
func (p *producer) closedNow(err error) error {
	switch {
	case err == nil:
		p.seq++
	case !errors.Is(err, ring.ErrClosed):
		return err
	}
	p.published(p.seq - p.board.stream.committed.Load())
	p.settled(p.seq)
	p.slot.enter(phaseClosed)
	p.slot.count(countCloses, 1)
	return nil
}
