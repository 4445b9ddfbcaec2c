package ring

import (
	"errors"
	"fmt"
)

// errHeadsRenewed: the heads file was cut off under the producer, which has another now. Never leaves the package.
var errHeadsRenewed = errors.New("heads file renewed")

// recovered ends every call of the producer: it turns a fault of the memory into an error. Deferred, never called otherwise. The call is
// left last: until then Close waits.
func (p *Producer) recovered(err *error) {
	if p.left() {
		return
	}
	defer p.leave()
	if *err = p.fault(recover()); *err == errHeadsRenewed {
		*err = nil // flush looks at the heads last: what the call had to do is done
	}
}

// catcher returns what publishGuarded defers: recovered for a call that returns false after a fault. A function that is made once is
// deferred with one store; one that refers to its caller's variables takes several.
func (p *Producer) catcher() func() {
	return func() {
		if r := recover(); r != nil {
			defer p.leave()
			p.caught = p.fault(r)
		}
	}
}

// tellCaught returns what publishGuarded met.
func (p *Producer) tellCaught() error {
	err := p.caught
	p.caught = nil
	if err == errHeadsRenewed {
		return nil // publish looks at the heads last: the message is published
	}
	return err
}

// recoverHeads lets a step be repeated when only the heads file is at fault. Deferred.
func (p *Producer) recoverHeads(err *error) {
	if r := recover(); r != nil {
		*err = p.fault(r)
	}
}

// flushEarly is flush in the middle of a call, which must go on whatever happens to the heads file.
func (p *Producer) flushEarly() error {
	if err := p.flushOrRenew(); err != errHeadsRenewed {
		return err
	}
	return nil // flush looks at the heads last
}

func (p *Producer) flushOrRenew() (err error) {
	defer p.recoverHeads(&err)
	p.flush()
	return nil
}

// fault says what a panic means: an error if it is a fault of this ring's memory. Others go on.
func (p *Producer) fault(r any) error {
	if r == nil {
		return nil // runtime.Goexit
	}
	if err := p.files.streamFault(r); err != nil {
		return err
	}
	if p.files.headsFault(r) == nil {
		panic(r)
	}
	mem := p.files.renewHeads(&p.geometry)
	if err := p.files.guarded(func() { p.useHeads(mem) }); err != nil {
		return err // the stream was cut off meanwhile
	}
	return errHeadsRenewed
}

// useHeads makes the producer look at other heads, and says so.
func (p *Producer) useHeads(mem []byte) {
	p.heads.mem = mem
	p.storeHeadsID(p.files.headsID)
}

// errHeadsLost: the heads file was cut off under the consumer, which goes on without.
var errHeadsLost = fmt.Errorf("%w: it was cut off; reading on, lossy and unlisted", ErrHeads)

// recovered ends every call of the consumer: it turns a fault of the memory into an error. Deferred.
func (c *Consumer) recovered(err *error) {
	if !c.left() {
		defer c.leave()
		*err = c.fault(recover())
	}
}

// recoveredRetry is recovered for a call that the caller repeats. Losing the heads file is no error then: if it
// matters, the repeated call tells of it.
func (c *Consumer) recoveredRetry(err *error) {
	if !c.left() {
		defer c.leave()
		if *err = c.fault(recover()); *err == errHeadsLost {
			*err = nil
		}
	}
}

// recoveredAck is recovered for a call that acknowledges. Without a name there is no place to lose with the heads file, and if a gate is lost
// the next call tells of it.
func (c *Consumer) recoveredAck(err *error) {
	if !c.left() {
		defer c.leave()
		if *err = c.fault(recover()); *err == errHeadsLost && c.options.Name == "" {
			*err = nil
		}
	}
}

// fault says what a panic in a consumer's call means. Without heads a consumer goes on, lossy and unlisted.
func (c *Consumer) fault(r any) error {
	if r == nil {
		return nil // runtime.Goexit
	}
	if err := c.files.streamFault(r); err != nil {
		return err
	}
	if c.files.headsFault(r) == nil {
		panic(r)
	}
	c.loseHeads()
	return errHeadsLost
}

// loseHeads goes on without the heads file: lossy, unlisted, not woken.
func (c *Consumer) loseHeads() {
	c.heads.mem, c.entry, c.mayWake = nil, unlisted, false
	if c.gating {
		c.demoted()
	}
}
