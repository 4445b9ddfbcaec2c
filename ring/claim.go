package ring

import (
	"context"
	"errors"
	"fmt"
)

var (
	errClaimOpen = errors.New("a claim is open: Commit or Abort it first")
	errNoClaim   = errors.New("no claim is open: call Claim first")
)

// Claim returns n bytes inside the ring for the caller to fill in place. They hold leftovers, and become a message with
// Commit; Abort gives them back. It waits for space like Publish.
//
// The slice is valid until Commit, Abort or Close. Only one claim is open at a time, and other publishing calls fail while it is.
// Fill it with ordinary Go code: assembly that uses non-temporal stores must fence them itself. If the file is truncated
// meanwhile, what is written to the slice goes nowhere, and Commit says so.
func (p *Producer) Claim(n int) ([]byte, error) {
	if uint64(n) > p.maxPayload() || p.isBusy() {
		return p.open(unbounded, n)
	}
	if p.hold(); p.isSpecial() || p.pos+p.size(uint64(n))+8 > p.publishBelow {
		p.release()
		return p.open(unbounded, n)
	}
	p.claim = n
	p.publishBelow, p.batch.stageBelow = 0, 0
	b := p.payload(p.pos, uint64(n))
	p.release()
	return b, nil
}

// ClaimContext is Claim that gives up when ctx is done, with its error.
func (p *Producer) ClaimContext(ctx context.Context, n int) ([]byte, error) { return p.open(ctx, n) }

// TryClaim is Claim that does not wait: it fails with ErrFull.
func (p *Producer) TryClaim(n int) ([]byte, error) { return p.open(noWait, n) }

func (p *Producer) open(ctx context.Context, n int) (b []byte, err error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	if n < 0 {
		err = fmt.Errorf("%w: claim of %d bytes", ErrTooLarge, n)
	} else if uint64(n) > p.maxPayload() {
		err = p.tooLarge(uint64(n))
	} else if err = p.room(ctx, p.size(uint64(n))); err == nil {
		p.spill()
		p.claim = n
		p.setBelow()
		b = p.payload(p.pos, uint64(n))
	}
	if err = p.leave(err); err != nil {
		return nil, err
	}
	return b, nil
}

// Commit makes the first n bytes of the open claim a message, and with it everything appended visible. It fails with ErrTooLarge if n is
// more than was claimed; the claim then stays open.
func (p *Producer) Commit(tag uint32, n int) error {
	b, err := p.claimed(n)
	if err != nil {
		return err
	}
	return p.Publish(tag, b) // which lie where it copies them to
}

// claimed ends the open claim, and returns its first n bytes.
func (p *Producer) claimed(n int) (b []byte, err error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	switch {
	case p.claim == noClaim:
		err = errNoClaim
	case n < 0 || n > p.claim:
		err = fmt.Errorf("%w: commit of %d bytes of a claim of %d", ErrTooLarge, n, p.claim)
	default:
		p.claim = noClaim
		p.setBelow()
		b = p.payload(p.pos, uint64(n))
	}
	return b, p.leave(err)
}

// Abort gives the open claim back: no consumer ever sees it. Without an open claim it does nothing.
func (p *Producer) Abort() error {
	if err := p.enter(); err != nil {
		return err
	}
	p.claim = noClaim
	p.setBelow()
	p.release()
	return nil
}
