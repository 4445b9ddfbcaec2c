package ring

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
)

// Message is one message of the stream. It, and its payload, are the consumer's: both are valid until the next call on the
// consumer and may be changed freely. Keep a copy of what is to last longer.
type Message struct {
	Seq     uint64 // its number in the stream, from 0, without gaps
	Tag     uint32 // what the producer gave with it
	Payload []byte // a copy of the producer's bytes
}

// Consumer reads a ring's stream, at its own place and pace. It cannot write the stream: its memory is mapped read-only.
//
// One goroutine at a time may call its methods; Close and Stats may be called from any. A call that finds another
// in progress fails with ErrBusy where that is noticed, and it is not always.
type Consumer struct {
	calls
	stream
	heads heads
	files *files

	head    uint64  // position after everything fetched
	seq     uint64  // sequence number of the record there
	run     run     // fetched, and being delivered
	message Message // the one delivered last
	reach   uint64  // a cache line beyond where the next message is likely to end, from the start of its first one; 0: no line is worth asking for
	landing landing // after the last lap
	pending error   // to be told before anything else is delivered

	entry     int    // in the consumer table, or unlisted
	state     uint64 // the entry's state word, as this consumer last set it
	gating    bool   // lossless, and the producer honours it
	mayWake   bool   // may write the heads file, and so be woken by the producer
	acked     place  // everything before it is acknowledged
	published place  // and so the heads file says

	options ConsumerOptions
	backoff backoff
	sleeper sleeper
	alone   *Selector // waits for this consumer and copies nothing; nil until ViewContext needs it
	pace    pace
	count   counts
	newest  peeked // Latest's copy, of its own
	again   peeked // At's
}

const unlisted = -1

// Next returns the next message, waiting for it if need be. It is valid until the next call.
//
// Messages that were overwritten before they were read are reported once, as a *LappedError with their exact number; the
// next call goes on after them. The end of the stream is io.EOF: the producer closed it and everything was read. (A
// producer may resume a closed stream; Next then goes on.) When ctx is done Next returns its error and loses nothing. Other errors:
// ErrClosed, ErrNoProducer, ErrCorrupt, mmapfile.ErrTruncated, and once everything is read mmapfile.ErrDeleted and ErrReplaced.
func (c *Consumer) Next(ctx context.Context) (*Message, error) {
	return c.next(ctx, forever)
}

// NextWithin is Next that waits no longer than atMost, and then fails with ErrEmpty: for callers with something else to look
// after now and then. Unlike a context with a deadline it allocates nothing.
func (c *Consumer) NextWithin(ctx context.Context, atMost time.Duration) (*Message, error) {
	return c.next(ctx, max(atMost, 0))
}

// TryNext is Next that does not wait: when no message is there it fails with ErrEmpty. In a fast stream it may first hold off, to leave
// the producer its cache lines: for 2 µs, or for 8 µs when more than 16 messages come in a microsecond or its lines come from far away; see
// docs/adr/0007.
func (c *Consumer) TryNext() (*Message, error) {
	return c.next(context.Background(), 0)
}

// next is Next that waits as long as told. Delivery from the run is not part of a call: it touches nothing shared.
func (c *Consumer) next(ctx context.Context, atMost time.Duration) (*Message, error) {
	r, m, run, done := &c.run, &c.message, c.run.records, c.run.done
	if at := done % oneDone; at < uint64(len(run)) && !c.isClosing() {
		records := memoryOf(run)
		w, seq := records.header(at)
		n := length(w)
		if end := at + c.size(n); end <= uint64(len(run)) && seq == r.next {
			m.Seq, m.Tag, m.Payload = seq, tagOf(w), records.bytes(at+headerSize, n)
			storeRelease64(&r.done, done+(end-at)+oneDone)
			storeRelease64(&r.next, seq+1)
			return m, nil
		}
	}
	return c.refill(ctx, atMost)
}

// fromRun tells next to fetch nothing.
const fromRun = -1

// deliver delivers the next message of the run, or nil.
func (c *Consumer) deliver() *Message {
	m, _ := c.next(context.Background(), fromRun)
	return m
}

// refill is next with a new run.
func (c *Consumer) refill(ctx context.Context, atMost time.Duration) (*Message, error) {
	if atMost == fromRun {
		return nil, nil
	}
	if ctx == nil {
		ctx = context.Background() // a panic in the middle of a call would leave Close waiting for its end
	}
	for {
		if err := c.fill(ctx, atMost); err != nil {
			return nil, err
		}
		if m := c.deliver(); m != nil {
			return m, nil
		}
	}
}

// Poll calls fn for up to max messages that are there already, and returns how many it was called for. It does not wait, but may hold off
// like TryNext; when no message is there it returns 0 and ErrEmpty.
//
// It stops early, without an error, where messages run out or were lost; the next call says why. An error of fn stops it and is returned;
// that message counts as delivered. fn may not keep the message. If fn takes further messages itself, they are not polled again.
func (c *Consumer) Poll(max int, fn func(*Message) error) (n int, err error) {
	for n < max {
		switch m := c.deliver(); {
		case m != nil:
			n++
			if err := fn(m); err != nil {
				return n, err
			}
		case n == 0:
			if err := c.fill(context.Background(), 0); err != nil {
				return 0, err
			}
		case c.fillMore() != nil:
			return n, nil
		}
	}
	return n, nil
}

// All returns an iterator over the messages as Next returns them. Losses are yielded as a *LappedError without a message, and iteration
// goes on; the end of the stream ends it; any other error is yielded and ends it.
func (c *Consumer) All(ctx context.Context) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		for {
			m, err := c.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			var lapped *LappedError
			if !yield(m, err) || err != nil && !errors.As(err, &lapped) {
				return
			}
		}
	}
}
