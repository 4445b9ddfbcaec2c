package recording

import (
	"os"
	"strconv"
	"time"

	"github.com/mmring/mmring/cmd/internal/mcap"
	"github.com/mmring/mmring/ring"
)

const (
	// ChunkSize is how many bytes make a chunk full. Larger ones compress little better, and lose more when the process is killed.
	ChunkSize = 1 << 20
	// inFlight is how many chunks there are: one being filled, the others being written.
	inFlight = 3
	// ambiguous is how many messages must be lost at once before the low half of a seq no longer tells it.
	ambiguous = 1 << 31
)

// Options say how a recording is written.
type Options struct {
	Compression mcap.Compression
	Encoding    string // of the payloads, for readers elsewhere; "" if unknown
	Sync        bool   // each chunk to the disk, so that it survives a crash of the machine
}

// Writer writes a recording. Messages are gathered into a chunk; Flush has it compressed and written by another goroutine. After an error
// only Close may be called. One goroutine at a time may use it.
type Writer struct {
	press    *press
	chunk    *mcap.Chunk
	channels channels
	next     uint64 // seq after the last message or loss
	loss     loss   // since the last chunk
	tag      [4]byte
}

// loss is what was lost of the stream.
type loss struct {
	messages uint64
	next     uint64 // seq after the last of them
}

// NewWriter begins a recording in an empty file, which is the writer's from here on.
func NewWriter(file *os.File, about About, o Options) (*Writer, error) {
	p, err := newPress(file, about, o)
	if err != nil {
		return nil, err
	}
	w := &Writer{press: p, chunk: &mcap.Chunk{}, next: about.FirstSeq}
	w.channels = channels{topic: about.Ring, encoding: encodingOf(about, o), ids: map[uint32]uint16{}}
	if about.Schema != "" {
		w.channels.schema = 1
		w.chunk.AddSchema(&mcap.Schema{ID: 1, Name: about.Ring, Encoding: schemaKind, Data: []byte(about.Schema)})
	}
	return w, nil
}

// encodingOf says what the payloads are: values of a typed ring are those of its schema.
func encodingOf(about About, o Options) string {
	switch {
	case o.Encoding != "":
		return o.Encoding
	case about.Schema != "":
		return schemaKind
	}
	return defaultEncoding
}

// Add adds a message that was received at a time, in nanoseconds since 1970, which may not decrease. The payload is copied.
func (w *Writer) Add(m *ring.Message, at uint64) {
	id := w.channels.of(m.Tag, w.chunk)
	if id == sharedChannel {
		w.tag = [4]byte{byte(m.Tag), byte(m.Tag >> 8), byte(m.Tag >> 16), byte(m.Tag >> 24)}
		w.chunk.Add(&mcap.Message{Channel: tagChannel, Sequence: uint32(m.Seq), Time: at, Payload: w.tag[:]})
	}
	w.chunk.Add(&mcap.Message{Channel: id, Sequence: uint32(m.Seq), Time: at, Payload: m.Payload})
	w.next = m.Seq + 1
}

// Lose takes note of messages that never came.
func (w *Writer) Lose(l *ring.LappedError) error {
	w.loss.messages += l.Lost
	w.loss.next, w.next = l.Next, l.Next
	if l.Lost >= ambiguous {
		return w.Flush()
	}
	return nil
}

// Full reports whether it is time to flush.
func (w *Writer) Full() bool { return w.chunk.Size() >= ChunkSize }

// Pending reports whether there is anything to flush.
func (w *Writer) Pending() bool { return w.chunk.Messages() > 0 || w.loss.messages > 0 }

// Flush begins to write what was added. It waits while earlier chunks are still being written, and fails if that failed.
func (w *Writer) Flush() error {
	if w.Pending() {
		w.press.jobs <- job{chunk: w.chunk, loss: w.loss, next: w.next}
		w.chunk, w.loss = <-w.press.free, loss{}
	}
	return w.press.failure()
}

// Settle is Flush that waits until all is in the file.
func (w *Writer) Settle() error {
	if err := w.Flush(); err != nil {
		return err
	}
	done := make(chan struct{})
	w.press.jobs <- job{done: done}
	<-done
	return w.press.failure()
}

// Kept is what is whole in the file so far. Any goroutine may ask.
func (w *Writer) Kept() Kept { return w.press.state() }

// Close writes what was added and ends the file; reason says why there is no more. If writing fails, now or earlier, the file is left whole
// up to the last chunk that could be written, and Kept says how much that is.
func (w *Writer) Close(reason string) error {
	w.Flush() // its failure is met again
	close(w.press.jobs)
	<-w.press.ended
	return w.press.finish(endOf(w.Kept(), reason, time.Now()))
}

// endOf is the metadata record of the end.
func endOf(k Kept, reason string, at time.Time) *mcap.Metadata {
	return &mcap.Metadata{Name: endName, Pairs: map[string]string{
		"reason": reason, "messages": strconv.FormatUint(k.Messages, 10), "lost": strconv.FormatUint(k.Lost, 10),
		nextKey: strconv.FormatUint(k.Next, 10), "ended": at.UTC().Format(time.RFC3339Nano),
	}}
}

// record is the metadata record of a loss.
func (l *loss) record(at time.Time) *mcap.Metadata {
	return &mcap.Metadata{Name: lossName, Pairs: map[string]string{
		"lost": strconv.FormatUint(l.messages, 10), nextKey: strconv.FormatUint(l.next, 10), "told": at.UTC().Format(time.RFC3339Nano),
	}}
}
