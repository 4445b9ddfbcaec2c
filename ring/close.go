package ring

import (
	"errors"
	"fmt"
)

// Close flushes what was appended, aborts an open claim, marks the end of the stream and lets go of the ring. Consumers
// read on to the end and then get io.EOF. It interrupts a call in progress on another goroutine, which returns ErrClosed,
// and waits for it. The files stay; see Remove. Later calls do nothing.
func (p *Producer) Close() error { return p.letGo(p.finish) }

// Release is Close that leaves the stream open: consumers wait for the next producer. If the file is on a disk and the machine restarts
// in between, the ring is refused with ErrStale: across a restart only a closed stream is believed.
func (p *Producer) Release() error { return p.letGo(p.flush) }

// letGo ends the handle, with some last words.
func (p *Producer) letGo(last func()) (err error) {
	if !p.calls.close(func() {}) { // a call that waits for space looks up every look interval
		return nil
	}
	last()
	err = p.files.streamLost()
	p.files.unmapping.Lock()
	defer p.files.unmapping.Unlock()
	p.forget()
	if err = errors.Join(err, p.files.close()); err != nil {
		return fmt.Errorf("close ring %s: %w", p.files.path, err)
	}
	return nil
}

// finish writes the end of the stream. The data reaches the disk, if there is one, before the mark that says it is complete.
func (p *Producer) finish() {
	p.flush()
	p.files.sync()
	p.storeClosed(p.pos + 1)
	p.files.sync()
	p.wakeAll()
}

// Close ends the consumer. It interrupts a call in progress on another goroutine, which returns ErrClosed, and waits for it.
// Unless ManualAck is set, what was delivered counts as acknowledged. A lossless consumer's gate is lifted; a named
// consumer's place is kept. Later calls do nothing.
func (c *Consumer) Close() error {
	if !c.calls.close(c.interrupt) {
		return nil
	}
	c.depart()
	err := c.files.lost()
	c.forget()
	c.heads.mem = nil
	if err = errors.Join(err, c.files.close()); err != nil {
		return fmt.Errorf("close consumer of ring %s: %w", c.files.path, err)
	}
	return nil
}

// depart leaves the consumer table.
func (c *Consumer) depart() {
	if c.entry == unlisted {
		return
	}
	if !c.options.ManualAck && c.pending == nil { // what is pending was not told: a successor must be
		c.acked = c.delivered()
	}
	c.publish()
	c.gating = false
	if c.options.Name != "" {
		c.adopt(modeParked)
	} else {
		c.adopt(modeFree)
	}
	if c.entry != unlisted {
		c.freed()
	}
}
