// Package ringio reads and writes rings as byte streams, for code that knows io.Writer and io.Reader.
//
// A ring carries messages, and these types keep no more of their boundaries than the io interfaces can express: a Writer makes one
// message of each Write, or several of a large one; a Reader joins what it receives. For lines, or records of any other kind, give each Write a
// whole one, and read with the ring package itself.
package ringio

import (
	"context"
	"io"

	"github.com/mmring/mmring/ring"
)

// Writer publishes what is written to it. Like its producer it is for one goroutine at a time.
type Writer struct {
	ctx      context.Context
	producer *ring.Producer
	tag      uint32
}

// NewWriter returns a writer whose messages carry the tag, and which gives up when ctx is done. The producer stays the caller's, to
// close.
func NewWriter(ctx context.Context, p *ring.Producer, tag uint32) *Writer {
	return &Writer{ctx, p, tag}
}

// Write publishes b as one message, or as several if it exceeds the largest message. It waits while a lossless consumer needs the
// space. It returns how many bytes were published, and the error that stopped it.
func (w *Writer) Write(b []byte) (n int, err error) {
	for most := w.producer.MaxMessage(); len(b) > most; b = b[most:] {
		if err := w.producer.PublishContext(w.ctx, w.tag, b[:most]); err != nil {
			return n, err
		}
		n += most
	}
	if err := w.producer.PublishContext(w.ctx, w.tag, b); err != nil {
		return n, err
	}
	return n + len(b), nil
}

// Reader reads the payloads of a consumer's messages, end to end. Like its consumer it is for one goroutine at a time.
type Reader struct {
	ctx      context.Context
	consumer *ring.Consumer
	rest     []byte // of the message delivered last
}

// NewReader returns a reader that gives up when ctx is done. The consumer stays the caller's, to close, and is not to be used otherwise
// while the reader is.
func NewReader(ctx context.Context, c *ring.Consumer) *Reader { return &Reader{ctx: ctx, consumer: c} }

// Read returns bytes of one message, waiting for one if need be. It returns io.EOF at the end of the stream. A *ring.LappedError
// tells that bytes are missing here; reading may go on after it.
func (r *Reader) Read(b []byte) (n int, err error) {
	if len(b) == 0 {
		return 0, nil
	}
	if err := r.next(); err != nil {
		return 0, err
	}
	n = copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// WriteTo writes all messages to w, one Write each, until the end of the stream. It is what io.Copy uses.
func (r *Reader) WriteTo(w io.Writer) (n int64, err error) {
	for {
		if err := r.next(); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
		m, err := w.Write(r.rest)
		n += int64(m)
		r.rest = r.rest[m:]
		if err != nil {
			return n, err
		}
	}
}

// next sees to it that rest is not empty.
func (r *Reader) next() error {
	for len(r.rest) == 0 {
		m, err := r.consumer.Next(r.ctx)
		if err != nil {
			return err
		}
		r.rest = m.Payload
	}
	return nil
}
