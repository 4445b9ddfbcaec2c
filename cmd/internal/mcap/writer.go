package mcap

import (
	"hash/crc32"
	"io"
)

// Writer writes a file. After an error nothing more may be written. One goroutine at a time may use it.
type Writer struct {
	out        io.Writer
	offset     uint64 // in the file, of what comes next
	compressor *compressor
	buffer     []byte // a record on its way
	summary    summary
}

// NewWriter begins a file: profile says what conventions it follows, library what wrote it.
func NewWriter(out io.Writer, profile, library string, compression Compression) (*Writer, error) {
	c, err := newCompressor(compression)
	if err != nil {
		return nil, err
	}
	w := &Writer{out: out, compressor: c}
	w.buffer = appendRecord([]byte(Magic), opHeader, func(dst []byte) []byte {
		return appendString(appendString(dst, profile), library)
	})
	return w, w.write(w.buffer)
}

// Offset is how many bytes the file has so far.
func (w *Writer) Offset() uint64 { return w.offset }

// Rewind goes on at an earlier offset, to which the caller has cut the file: what was written since by calls that failed is gone.
func (w *Writer) Rewind(offset uint64) { w.offset = offset }

func (w *Writer) write(p []byte) error {
	n, err := w.out.Write(p)
	w.offset += uint64(n)
	return err
}

// WriteMetadata writes facts between chunks.
func (w *Writer) WriteMetadata(m *Metadata) error {
	at := w.offset
	w.buffer = appendMetadata(w.buffer[:0], m)
	if err := w.write(w.buffer); err != nil {
		return err
	}
	w.summary.addMetadata(m.Name, at, w.offset-at)
	return nil
}

// WriteChunk writes a chunk, what is new with it and its index. The chunk is the caller's again afterwards.
func (w *Writer) WriteChunk(c *Chunk) error {
	if err := w.writeChannels(c); err != nil || c.messages == 0 {
		return err
	}
	records, err := w.compressor.compress(c.records)
	if err != nil {
		return err
	}
	about := chunkIndex{start: c.start, end: c.end, offset: w.offset, compression: w.compressor.kind.inFile(),
		compressed: uint64(len(records)), uncompressed: uint64(len(c.records))}
	if err := w.writeRecords(c, &about, records); err != nil {
		return err
	}
	about.length = w.offset - about.offset
	about.indexes = make(map[uint16]uint64, len(c.used))
	w.buffer = w.buffer[:0]
	for _, id := range c.used {
		about.indexes[id] = w.offset + uint64(len(w.buffer))
		w.buffer = appendMessageIndex(w.buffer, id, c.indexes[id])
	}
	about.indexLength = uint64(len(w.buffer))
	if err := w.write(w.buffer); err != nil {
		return err
	}
	w.summary.addChunk(c, about)
	return nil
}

// writeChannels writes the channels that are new with a chunk. They stand before it, so that nobody has to look into
// a chunk for what later ones refer to.
func (w *Writer) writeChannels(c *Chunk) error {
	w.buffer = w.buffer[:0]
	for _, s := range c.schemas {
		w.buffer = appendSchema(w.buffer, s)
	}
	for _, ch := range c.channels {
		w.buffer = appendChannel(w.buffer, ch)
	}
	if err := w.write(w.buffer); err != nil {
		return err
	}
	w.summary.addChannels(c)
	return nil
}

// writeRecords writes the chunk itself: what stands before the records, then they as they lie.
func (w *Writer) writeRecords(c *Chunk, about *chunkIndex, records []byte) error {
	w.buffer = append(w.buffer[:0], byte(opChunk))
	w.buffer = le.AppendUint64(w.buffer, chunkSize+uint64(len(about.compression))+about.compressed)
	w.buffer = le.AppendUint64(le.AppendUint64(w.buffer, c.start), c.end)
	w.buffer = le.AppendUint64(w.buffer, about.uncompressed)
	w.buffer = le.AppendUint32(w.buffer, crc32.ChecksumIEEE(c.records))
	w.buffer = appendString(w.buffer, about.compression)
	w.buffer = le.AppendUint64(w.buffer, about.compressed)
	if err := w.write(w.buffer); err != nil {
		return err
	}
	return w.write(records)
}

// chunkSize is a chunk's content without its records and the name of their compression.
const chunkSize = 8 + 8 + 8 + 4 + 4 + 8

func appendMessageIndex(dst []byte, channel uint16, index []byte) []byte {
	return appendRecord(dst, opMessageIndex, func(dst []byte) []byte {
		return appendString(le.AppendUint16(dst, channel), index)
	})
}

// Close ends the file: the summary, the footer. It does not close the output.
func (w *Writer) Close() error {
	w.buffer = appendRecord(w.buffer[:0], opDataEnd, func(dst []byte) []byte {
		return le.AppendUint32(dst, 0) // no checksum of the whole: chunks have their own
	})
	if err := w.write(w.buffer); err != nil {
		return err
	}
	w.buffer = w.summary.append(w.buffer[:0], w.offset)
	return w.write(append(w.buffer, Magic...))
}
