package torture

import (
	"context"
	"time"
)

// act does one thing at random.
func (p *producer) act() error {
	switch n := p.rand.IntN(100); {
	case n < 35:
		return p.publish()
	case n < 50:
		return p.tryPublish()
	case n < 55:
		return p.publishContext()
	case n < 75:
		return p.batch()
	case n < 90:
		return p.claim()
	case n < 99:
		return p.abort()
	}
	p.slot.count(countNaps, 1)
	p.nap(5 * time.Millisecond)
	return nil
}

func (p *producer) publish() error {
	tag, payload := p.message()
	p.slot.count(countPublish, 1)
	return p.call(phasePublish, 1, func() error { return p.publishOnce(tag, payload) })
}

func (p *producer) publishOnce(tag uint32, payload []byte) error {
	if p.typed != nil {
		return p.typed.Publish(tag, typedOf(payload))
	}
	return p.ring.Publish(tag, payload)
}

func (p *producer) tryPublish() error {
	tag, payload := p.message()
	p.slot.count(countTry, 1)
	return p.tolerate(p.call(phasePublish, 1, func() error {
		if p.typed != nil {
			return p.typed.TryPublish(tag, typedOf(payload))
		}
		return p.ring.TryPublish(tag, payload)
	}))
}

func (p *producer) publishContext() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(p.rand.IntN(3000))*time.Microsecond)
	defer cancel()
	tag, payload := p.message()
	p.slot.count(countContext, 1)
	return p.tolerate(p.call(phasePublish, 1, func() error {
		if p.typed != nil {
			return p.typed.PublishContext(ctx, tag, typedOf(payload))
		}
		return p.ring.PublishContext(ctx, tag, payload)
	}))
}

// appendSome appends up to forty messages, which exceeds what one flush may hold now and then.
func (p *producer) appendSome() error {
	for range 1 + p.rand.IntN(40) {
		tag, payload := p.message()
		err := p.call(phaseAppend, 0, func() error {
			if p.typed != nil {
				return p.typed.Append(tag, typedOf(payload))
			}
			return p.ring.Append(tag, payload)
		})
		if err != nil {
			return err
		}
		p.seq++
		p.slot.enter(phaseBatch)
		p.slot.progress.Add(1)
	}
	return nil
}

// batch appends messages and makes them visible, by Flush or with the message behind them.
func (p *producer) batch() error {
	if err := p.appendSome(); err != nil {
		return err
	}
	p.holdAt(phaseBatch)
	p.slot.count(countBatches, 1)
	switch p.rand.IntN(4) {
	case 0:
		return p.publish()
	case 1:
		return p.claim()
	case 2:
		if err := p.abort(); err != nil {
			return err
		}
	}
	return p.call(phaseFlush, 0, p.ring.Flush)
}

// claimSome opens a claim of at least n bytes, by one of three ways; nil if there is no space.
func (p *producer) claimSome(n int) (b []byte, err error) {
	n += p.rand.IntN(min(p.script.largest-n, 256) + 1)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	way := p.rand.IntN(3)
	err = p.call(phaseClaim, 0, func() (err error) {
		switch way {
		case 0:
			b, err = p.ring.TryClaim(n)
		case 1:
			b, err = p.ring.ClaimContext(ctx, n)
		default:
			b, err = p.ring.Claim(n)
		}
		return err
	})
	if err == nil {
		poison(b, p.seq)
	}
	p.slot.enter(phaseClaimed)
	return b, p.tolerate(err)
}

// claim publishes a message in place, shorter than what was claimed now and then.
func (p *producer) claim() error {
	n := p.script.size(p.seq, p.Attempt)
	b, err := p.claimSome(n)
	if b == nil || err != nil {
		return err
	}
	p.holdAt(phaseClaimed)
	p.script.fill(b[:n], p.seq, p.Attempt)
	p.slot.count(countClaims, 1)
	if n < len(b) {
		p.slot.count(countShort, 1)
	}
	tag := p.script.tag(p.seq, p.Attempt)
	return p.call(phaseCommit, 1, func() error { return p.ring.Commit(tag, n) })
}

// abort claims some bytes, fills them and gives them back.
func (p *producer) abort() error {
	b, err := p.claimSome(p.rand.IntN(min(p.script.largest, 1024)))
	if b == nil || err != nil {
		return err
	}
	p.holdAt(phaseClaimed)
	p.slot.count(countAborts, 1)
	return p.call(phaseAbort, 0, p.ring.Abort)
}
