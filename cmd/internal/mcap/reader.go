package mcap

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Skipped takes the place of a channel's messages in a chunk that was not looked into.
type Skipped struct {
	Channel  uint16
	Messages uint64
	Until    uint64 // time of the latest message in the chunk
}

// Reader reads a file from its beginning to its end, as far as it is whole. It believes nothing: what lengths say is
// held against the size of the file, and memory is taken as data comes.
type Reader struct {
	Profile, Library string
	SkipBefore       uint64 // chunks that end before this time are skipped

	in     io.ReadSeeker
	buffer *bufio.Reader
	offset int64 // of the next record
	size   int64

	content      []byte // of the present record, outside of chunks
	chunk        cursor // what is left of the present chunk
	chunkAt      int64
	decompressor decompressor
	message      Message
	skipping     bool   // the last chunk was skipped
	skippedUntil uint64 // when its messages end
	ended        bool   // only the summary is left
}

// NewReader begins to read a file of size bytes. It fails with ErrNotMCAP, *CutOffError or *DamagedError.
func NewReader(in io.ReadSeeker, size int64) (*Reader, error) {
	r := &Reader{in: in, buffer: bufio.NewReaderSize(in, readAhead), size: size}
	var begin [len(Magic)]byte
	n, err := io.ReadFull(r.buffer, begin[:])
	switch {
	case string(begin[:n]) != Magic[:n] || size == 0:
		return nil, ErrNotMCAP
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &CutOffError{0, size}
	case err != nil:
		return nil, err
	}
	r.offset = int64(len(Magic))
	op, c, err := r.record()
	if err != nil {
		return nil, err
	}
	if r.Profile, r.Library = c.string(), c.string(); op != opHeader || c.short {
		return nil, r.damaged(int64(len(Magic)), "it does not begin with a header")
	}
	return r, nil
}

func (r *Reader) damaged(offset int64, format string, args ...any) error {
	return &DamagedError{offset, fmt.Sprintf(format, args...)}
}

// Next returns the next *Schema, *Channel, *Metadata, *Message or *Skipped. A message is valid until the following call. The
// end is io.EOF; other errors are *CutOffError, *DamagedError or those of the input, and nothing comes after them.
func (r *Reader) Next() (any, error) {
	for {
		item, err := r.step()
		if item != nil || err != nil {
			return item, err
		}
	}
}

// step reads one record; those that nobody asks for give nil.
func (r *Reader) step() (any, error) {
	if len(r.chunk.rest) > 0 {
		return r.inChunk()
	}
	at := r.offset
	op, c, err := r.record()
	if err != nil {
		return nil, err
	}
	switch op {
	case opChunk:
		return nil, r.open(at, c)
	case opMessageIndex:
		return r.skipped(c), nil
	case opDataEnd:
		r.ended = true
	case opFooter:
		return nil, r.end(at)
	case 0:
		return nil, r.damaged(at, "there is no record")
	}
	if r.ended {
		return nil, nil // the summary repeats what was there
	}
	return r.item(at, op, c)
}

// inChunk reads the next record of the present chunk.
func (r *Reader) inChunk() (any, error) {
	op, size := opcode(0), uint64(0)
	if b := r.chunk.take(prefixSize); b != nil {
		op, size = opcode(b[0]), le.Uint64(b[1:])
	}
	content := r.chunk.take(size)
	if r.chunk.short {
		return nil, r.damaged(r.chunkAt, "a record reaches beyond its chunk")
	}
	return r.item(r.chunkAt, op, &cursor{rest: content})
}

// item is what a record says to the caller.
func (r *Reader) item(at int64, op opcode, c *cursor) (item any, err error) {
	switch op {
	case opMessage:
		c.message(&r.message)
		item = &r.message
	case opSchema:
		item = c.schema()
	case opChannel:
		item = c.channel()
	case opMetadata:
		item = c.metadata()
	}
	if c.short {
		return nil, r.damaged(at, "a record is too short for what it says")
	}
	return item, nil
}

// open begins with the records of a chunk.
func (r *Reader) open(at int64, c *cursor) error {
	if r.skipping = len(c.rest) == chunkTimes; r.skipping {
		return nil
	}
	c.take(chunkTimes)
	size, sum, kind := c.uint64(), c.uint32(), c.string()
	compressed := c.take(c.uint64())
	switch {
	case c.short:
		return r.damaged(at, "a chunk is too short for what it says")
	case size > maxChunk:
		return r.damaged(at, "a chunk of %d bytes is larger than any should be", size)
	}
	records, err := r.decompressor.decompress(kind, compressed, size)
	switch {
	case err != nil:
		return r.damaged(at, "a chunk cannot be decompressed: %v", err)
	case uint64(len(records)) != size:
		return r.damaged(at, "a chunk has another size than it says")
	case sum != 0 && crc32.ChecksumIEEE(records) != sum:
		return r.damaged(at, "a chunk's checksum is wrong")
	}
	r.chunk, r.chunkAt = cursor{rest: records}, at
	return nil
}

// skipped counts the messages that a skipped chunk has of one channel.
func (r *Reader) skipped(c *cursor) any {
	if !r.skipping {
		return nil
	}
	return &Skipped{c.uint16(), uint64(len(c.bytes32()) / indexEntry), r.skippedUntil}
}

// end reads what stands behind the footer.
func (r *Reader) end(at int64) error {
	var end [len(Magic)]byte
	if r.size-r.offset < int64(len(end)) {
		return &CutOffError{at, r.size}
	}
	if err := r.fill(end[:], at); err != nil {
		return err
	}
	if string(end[:]) != Magic {
		return r.damaged(at, "the file does not end like an MCAP file")
	}
	return io.EOF
}
