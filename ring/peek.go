package ring

import (
	"errors"
	"fmt"
)

// Latest returns the newest message and consumes nothing: the consumer stays where it is. The message is valid until
// the next call of Latest. With nothing published yet it fails with ErrEmpty. It does not wait.
func (c *Consumer) Latest() (m *Message, err error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	m, err = c.latest()
	return m, c.leave(err)
}

func (c *Consumer) latest() (*Message, error) {
	for range retries {
		r, err := c.newestRecord()
		if errors.Is(err, errLapped) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if r.word == 0 {
			return nil, ErrEmpty
		}
		if c.copyInto(&c.newest, r) {
			return &c.newest.Message, nil
		}
	}
	return nil, ErrCorrupt
}

// At returns message seq once more, or early, wherever the consumer is. It consumes nothing, and leaves the message delivered
// last valid; its own is valid until the next call of At. It does not wait.
//
// It fails with ErrNotYet if seq is not published, and with a *LappedError if it is overwritten: Next is then the oldest message
// that can be had, and Lost how many there are from seq to it, which nobody counts. What a lossless consumer has not
// acknowledged is never overwritten.
func (c *Consumer) At(seq uint64) (m *Message, err error) {
	if err := c.enter(); err != nil {
		return nil, err
	}
	m, err = c.at(seq)
	return m, c.leave(err)
}

func (c *Consumer) at(seq uint64) (*Message, error) {
	for range retries {
		at, err := c.find(seq, 0)
		if err != nil {
			return nil, err
		}
		r, err := c.recordAt(at.pos)
		switch {
		case errors.Is(err, errLapped):
			continue
		case err != nil:
			return nil, err
		case at.seq < seq, at.seq == seq && r.word == 0:
			return nil, fmt.Errorf("%w: %d was asked for, the next to be published is %d", ErrNotYet, seq, at.seq)
		case at.seq > seq:
			return nil, &LappedError{Lost: at.seq - seq, Next: at.seq}
		}
		if c.copyInto(&c.again, r) {
			return &c.again.Message, nil
		}
	}
	return nil, fmt.Errorf("%w: message %d not found in %d searches", ErrCorrupt, seq, retries)
}

// peeked is a message beside the run, and the record that it lies in.
type peeked struct {
	Message
	record []byte
}

// copyInto makes m the record r, and reports whether it was still there.
func (c *Consumer) copyInto(m *peeked, r record) bool {
	n := length(r.word)
	if size := headerSize + n; size > uint64(len(m.record)) {
		m.record = newBuffer(size)
	}
	own := memoryOf(m.record)
	own.setHeader(0, r.word, r.seq)
	m.Message = Message{r.seq, tagOf(r.word), own.bytes(headerSize, n)}
	copyUnsure(m.Payload, c.payload(r.pos, n))
	return c.intact(r.pos)
}
