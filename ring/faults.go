package ring

import (
	"cmp"
	"fmt"

	"github.com/mmring/mmring/mmapfile"
)

// A file may be cut off while it is mapped. No access faults then: mmapfile puts zeros in the place of the whole mapping, and counts. So a call
// does what it has to do, and looks at the count when it leaves, and before it believes what it has copied. (On a CPU without such a
// handler the process dies.)

// faulted reports whether anything of this process's mappings was lost since this handle looked.
func (c *calls) faulted() bool { return c.faults != mmapfile.Faults() }

// leave ends a call of the producer with err, or with why the stream is lost.
func (p *Producer) leave(err error) error {
	if p.faulted() {
		err = cmp.Or(p.afterFaults(), err)
	}
	p.release()
	return err
}

// afterFaults makes a new heads file if the old one was lost, and says why the stream is, if it is.
func (p *Producer) afterFaults() error {
	for p.faulted() {
		p.faults = mmapfile.Faults()
		if err := p.files.streamLost(); err != nil {
			return p.abandon(err)
		}
		if p.files.headsLost() != nil {
			p.switchHeads(p.files.renewHeads(&p.geometry))
		}
	}
	return nil
}

// switchHeads makes the producer look at other heads, and says so.
func (p *Producer) switchHeads(mem []byte) {
	p.heads.mem = mem
	p.storeHeadsID(p.files.headsID)
}

// errHeadsLost: the heads file was cut off under the consumer, which goes on without.
var errHeadsLost = fmt.Errorf("%w: it was cut off; reading on, lossy and unlisted", ErrHeads)

// leave ends a call of the consumer with err, or with why the stream is lost.
func (c *Consumer) leave(err error) error {
	if c.faulted() {
		err = cmp.Or(c.afterFaults(), err)
	}
	c.release()
	return err
}

// afterFaults goes on without heads that were lost, and says why the stream is, if it is.
func (c *Consumer) afterFaults() error {
	for c.faulted() {
		c.faults = mmapfile.Faults()
		if err := c.files.streamLost(); err != nil {
			return c.abandon(err)
		}
		if c.files.headsLost() != nil {
			c.loseHeads()
		}
	}
	return c.why
}

// loseHeads goes on without the heads file: lossy, unlisted, not woken.
func (c *Consumer) loseHeads() {
	c.heads.mem, c.entry, c.mayWake = nil, unlisted, false
	if c.gating {
		c.demoted()
	}
}
