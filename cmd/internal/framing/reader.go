package framing

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// readAhead is how much is read at a time, if that much is there.
const readAhead = 256 << 10

// prefixSize is the size of a length before a message, in bytes.
const prefixSize = 4

// TooLongError says that a message of the input exceeds the limit.
type TooLongError struct {
	Unit   string // line or message
	Number uint64 // which one, from 1
	Max    int    // bytes
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("%s %d of the input is longer than %d bytes", e.Unit, e.Number, e.Max)
}

// Reader cuts an input into messages.
type Reader struct {
	in      io.Reader
	kind    Kind
	max     int
	starved func() error

	buffer   []byte // [from:to) is read and not yet handed out
	from, to int
	scanned  int // bytes from from on that are known to hold no terminator
	messages uint64
	ended    bool
}

// NewReader makes a reader of messages of at most max bytes. It calls starved whenever it is about to read more of the input, which
// may take any time: what came before should not wait for it.
func NewReader(in io.Reader, kind Kind, max int, starved func() error) *Reader {
	return &Reader{in: in, kind: kind, max: max, starved: starved, buffer: make([]byte, readAhead)}
}

// Next returns the next message, valid until the following call. The input's end is io.EOF; a last message without its
// terminator is a message too. Other errors: *TooLongError, io.ErrUnexpectedEOF for an input that ends inside a Len32 message, or
// those of the input.
func (r *Reader) Next() ([]byte, error) {
	for {
		message, framed, err := r.cut()
		if err != nil {
			return nil, err
		}
		if framed > 0 {
			r.from += framed
			r.scanned = 0
			r.messages++
			return message, nil
		}
		if r.ended {
			return nil, io.EOF
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// cut finds the next message in the buffer and how many bytes it takes there with its frame; none if it is not complete.
func (r *Reader) cut() (message []byte, framed int, err error) {
	if r.kind == Len32 {
		return r.cutPrefixed()
	}
	return r.cutTerminated()
}

func (r *Reader) cutTerminated() ([]byte, int, error) {
	unread := r.buffer[r.from:r.to]
	n := bytes.IndexByte(unread[r.scanned:], r.kind.terminator())
	size, framed := r.scanned+n, r.scanned+n+1
	if n < 0 {
		r.scanned = len(unread)
		size, framed = len(unread), 0
		if r.ended {
			framed = size
		}
	}
	if size > r.max {
		return nil, 0, r.tooLong()
	}
	return unread[:size:size], framed, nil
}

func (r *Reader) cutPrefixed() ([]byte, int, error) {
	unread := r.buffer[r.from:r.to]
	if len(unread) >= prefixSize {
		size := binary.LittleEndian.Uint32(unread)
		if uint64(size) > uint64(r.max) {
			return nil, 0, r.tooLong()
		}
		if framed := prefixSize + int(size); framed <= len(unread) {
			return unread[prefixSize:framed:framed], framed, nil
		}
	}
	if r.ended && len(unread) > 0 {
		return nil, 0, fmt.Errorf("the input ends inside message %d: %w", r.messages+1, io.ErrUnexpectedEOF)
	}
	return nil, 0, nil
}

func (r *Reader) tooLong() error {
	return &TooLongError{Unit: r.kind.Unit(), Number: r.messages + 1, Max: r.max}
}

// fill reads more of the input behind what is unread, and makes room for it first.
func (r *Reader) fill() error {
	if r.starved != nil {
		if err := r.starved(); err != nil {
			return err
		}
	}
	if r.from > 0 {
		r.to = copy(r.buffer, r.buffer[r.from:r.to])
		r.from = 0
	}
	if r.to == len(r.buffer) {
		r.buffer = append(r.buffer, make([]byte, len(r.buffer))...)
	}
	n, err := r.in.Read(r.buffer[r.to:])
	r.to += n
	if err == io.EOF {
		r.ended = true
		return nil
	}
	return err
}
