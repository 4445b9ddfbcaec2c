package mcap

import (
	"errors"
	"io"
)

// maxChunk is how large a chunk may be, in bytes: one with the largest message that a ring carries is half of it.
const maxChunk = 2 << 30

// readAhead is how much is read of a file at a time, in bytes.
const readAhead = 256 << 10

// record reads a record whole. Its content is valid until the next call; of a chunk to be skipped it is the beginning.
func (r *Reader) record() (opcode, *cursor, error) {
	var prefix [prefixSize]byte
	if r.size-r.offset < prefixSize {
		return 0, nil, &CutOffError{r.offset, r.size}
	}
	if err := r.fill(prefix[:], r.offset); err != nil {
		return 0, nil, err
	}
	op, length := opcode(prefix[0]), le.Uint64(prefix[1:])
	switch {
	case op == 0:
		return 0, nil, r.damaged(r.offset, "there are zeros in the place of a record")
	case length > uint64(r.size-r.offset-prefixSize):
		return 0, nil, &CutOffError{r.offset, r.size}
	case length > maxChunk:
		return 0, nil, r.damaged(r.offset, "a record of %d bytes is larger than any should be", length)
	}
	end := r.offset + prefixSize + int64(length)
	read := length
	if op == opChunk && r.SkipBefore > 0 {
		read = min(length, chunkTimes)
	}
	if uint64(cap(r.content)) < read {
		r.content = make([]byte, read)
	}
	r.content = r.content[:read]
	if err := r.fill(r.content, r.offset); err != nil {
		return 0, nil, err
	}
	c := &cursor{rest: r.content}
	var err error
	if read < length {
		c, err = r.rest(int64(length - read))
	}
	r.offset = end
	return op, c, err
}

// chunkTimes is how much of a chunk says whether it is to be skipped: when its messages begin and end.
const chunkTimes = 8 + 8

// rest reads the rest of a chunk, or passes over it.
func (r *Reader) rest(n int64) (*cursor, error) {
	if r.skippedUntil = le.Uint64(r.content[8:]); r.skippedUntil < r.SkipBefore {
		return &cursor{rest: r.content}, r.pass(n)
	}
	r.content = append(r.content, make([]byte, n)...)
	return &cursor{rest: r.content}, r.fill(r.content[chunkTimes:], r.offset)
}

// pass moves on by n bytes without reading them.
func (r *Reader) pass(n int64) error {
	ahead := min(n, int64(r.buffer.Buffered()))
	r.buffer.Discard(int(ahead)) // it is there
	if n == ahead {
		return nil
	}
	_, err := r.in.Seek(n-ahead, io.SeekCurrent)
	r.buffer.Reset(r.in)
	return err
}

func (r *Reader) fill(p []byte, at int64) error {
	_, err := io.ReadFull(r.buffer, p)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) { // it was cut since its size was asked for
		return &CutOffError{at, r.size}
	}
	return err
}
