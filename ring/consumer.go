package ring

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
)

// Message is one message of the stream.
type Message struct {
	Seq     uint64 // its number in the stream, from 0, without gaps
	Tag     uint32 // what the producer gave with it
	Payload []byte // a copy that is the consumer's own; valid until the next call on the consumer
}

// Consumer reads a ring's stream, at its own place and pace. It cannot write the stream: its memory is mapped read-only.
//
// One goroutine at a time may call its methods; Close and Stats may be called from any. A call that finds another
// in progress returns ErrBusy, as far as it can tell.
type Consumer struct {
	calls
	stream
	heads heads
	files *files

	head    uint64 // position after everything fetched
	seq     uint64 // sequence number of the record there
	run     run    // fetched, and being delivered
	pending error  // to be told before anything else is delivered

	entry     int    // in the consumer table, or unlisted
	state     uint64 // the entry's state word, as this consumer last set it
	gating    bool   // lossless, and the producer honours it
	mayWake   bool   // may write the heads file, and so be woken by the producer
	acked     place  // everything before it is acknowledged
	published place  // and so the heads file says

	options  ConsumerOptions
	runLimit int // messages in a run
	sleeper  sleeper
	count    counts
	newest   []byte // Latest's copy
}

const unlisted = -1

// counts may be read from any goroutine.
type counts struct {
	received, lost, laps, nextSeq uint64
	lossless                      uint32
}

// Next returns the next message, waiting for it if need be. The payload is valid until the next call.
//
// Messages that were overwritten before they were read are reported once, as a *LappedError with their exact number; the
// next call goes on after them. The end of the stream is io.EOF: the producer closed it and everything was read. (A
// producer may resume a closed stream; Next then goes on.) When ctx is done Next returns its error and loses nothing. Other errors:
// ErrClosed, ErrNoProducer, ErrCorrupt, mmapfile.ErrTruncated, and once everything is read mmapfile.ErrDeleted and ErrReplaced.
func (c *Consumer) Next(ctx context.Context) (Message, error) {
	for {
		if m, ok := c.deliver(); ok {
			return m, nil
		}
		if err := c.fill(ctx, true); err != nil {
			return Message{}, err
		}
	}
}

// TryNext is Next that does not wait: it fails with ErrEmpty.
func (c *Consumer) TryNext() (Message, error) {
	if m, ok := c.deliver(); ok {
		return m, nil
	}
	if err := c.fill(nil, false); err != nil {
		return Message{}, err
	}
	m, _ := c.deliver()
	return m, nil
}

// Poll calls fn for up to max messages that are there already, and returns how many it called it for. It does not wait:
// with none it returns 0 and ErrEmpty. It stops early, without an error of its own, where messages run out or were lost; the next
// call says why. An error of fn stops it and is returned; the message counts as delivered. fn may not keep the payload.
func (c *Consumer) Poll(max int, fn func(Message) error) (n int, err error) {
	for n < max {
		m, ok := c.deliver()
		if !ok {
			if err := c.fill(nil, false); err != nil {
				if n == 0 {
					return 0, err
				}
				if err != ErrEmpty {
					c.pending = err
				}
				return n, nil
			}
			continue
		}
		n++
		if err := fn(m); err != nil {
			return n, err
		}
	}
	return n, nil
}

// All returns an iterator over the messages as Next returns them. Losses are yielded as a *LappedError with a zero Message, and iteration
// goes on; the end of the stream ends it; any other error is yielded and ends it.
func (c *Consumer) All(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for {
			m, err := c.Next(ctx)
			if errors.Is(err, errEOF) {
				return
			}
			var lapped *LappedError
			if !yield(m, err) || err != nil && !errors.As(err, &lapped) {
				return
			}
		}
	}
}

// Latest returns the newest message and consumes nothing: the consumer stays where it is. The payload is valid until
// the next call of Latest. With nothing published yet it fails with ErrEmpty. It does not wait.
func (c *Consumer) Latest() (m Message, err error) {
	if err := c.enter(); err != nil {
		return m, err
	}
	defer c.recovered(&err)
	m, err = c.latest()
	c.returned = true
	return m, err
}

func (c *Consumer) latest() (Message, error) {
	for range retries {
		r, err := c.recordAt(c.last())
		if errors.Is(err, errLapped) {
			continue
		}
		if err != nil {
			return Message{}, err
		}
		if r.word == 0 {
			return Message{}, ErrEmpty
		}
		n := length(r.word)
		if uint64(cap(c.newest)) < n {
			c.newest = make([]byte, n)
		}
		c.newest = c.newest[:n]
		copyUnsure(c.newest, c.payload(r.pos, n))
		if c.intact(r.pos) {
			return Message{r.seq, tagOf(r.word), c.newest}, nil
		}
	}
	return Message{}, ErrCorrupt
}

// ConsumerStats says what a consumer has seen.
type ConsumerStats struct {
	Received uint64 // messages delivered
	Lost     uint64 // messages it was told it lost
	Laps     uint64 // how often it was told so
	NextSeq  uint64 // sequence number of the next message to be delivered
	Lossless bool   // the producer waits for it: false too after a demotion
}

// Stats may be called from any goroutine, also after Close.
func (c *Consumer) Stats() ConsumerStats {
	return ConsumerStats{
		Received: atomic.LoadUint64(&c.count.received),
		Lost:     atomic.LoadUint64(&c.count.lost),
		Laps:     atomic.LoadUint64(&c.count.laps),
		NextSeq:  atomic.LoadUint64(&c.count.nextSeq),
		Lossless: atomic.LoadUint32(&c.count.lossless) != 0,
	}
}

// Lag is how far a consumer is behind the end of the stream.
type Lag struct {
	Messages uint64
	Bytes    uint64 // in the ring: headers and padding included
}

// Lag says how much is published that this consumer has not been given.
func (c *Consumer) Lag() (lag Lag, err error) {
	if err := c.enter(); err != nil {
		return lag, err
	}
	defer c.recovered(&err)
	var end place
	if end, err = c.end(); err == nil {
		next := c.delivered()
		lag = Lag{end.seq - next.seq, end.pos - next.pos}
	}
	c.returned = true
	return lag, err
}
