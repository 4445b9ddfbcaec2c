package mcap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"testing"
)

// sample writes a file of three chunks with two channels, and returns it with the messages in it.
func sample(t testing.TB, compression Compression) (file []byte, payloads []string) {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, "profile", "library", compression)
	check(t, err)
	check(t, w.WriteMetadata(&Metadata{"about", map[string]string{"b": "2", "a": "1"}}))
	var c Chunk
	c.AddSchema(&Schema{ID: 1, Name: "s", Encoding: "e", Data: []byte("data")})
	c.AddChannel(&Channel{ID: 0, SchemaID: 1, Topic: "t", Encoding: "x", Metadata: map[string]string{"tag": "0"}})
	c.AddChannel(&Channel{ID: 7, Topic: "t", Encoding: "x", Metadata: map[string]string{}})
	for i := range 300 {
		payload := fmt.Sprint("message ", i)
		payloads = append(payloads, payload)
		c.Add(&Message{Channel: uint16(i % 2 * 7), Sequence: uint32(i), Time: uint64(1000 + i), Payload: []byte(payload)})
		if i%100 == 99 {
			check(t, w.WriteChunk(&c))
			c.Reset()
		}
	}
	check(t, w.WriteChunk(&c)) // empty
	check(t, w.Close())
	if w.Offset() != uint64(out.Len()) {
		t.Errorf("offset %d, %d bytes", w.Offset(), out.Len())
	}
	return out.Bytes(), payloads
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contents is what a file says.
type contents struct {
	payloads []string
	channels []*Channel
	schemas  []*Schema
	metadata []*Metadata
	skipped  uint64
}

// read reads a file until an error, which is io.EOF at best.
func read(file []byte, skipBefore uint64) (c contents, err error) {
	r, err := NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return c, err
	}
	r.SkipBefore = skipBefore
	for {
		item, err := r.Next()
		if err != nil {
			return c, err
		}
		switch item := item.(type) {
		case *Message:
			c.payloads = append(c.payloads, string(item.Payload))
		case *Channel:
			c.channels = append(c.channels, item)
		case *Schema:
			c.schemas = append(c.schemas, item)
		case *Metadata:
			c.metadata = append(c.metadata, item)
		case *Skipped:
			c.skipped += item.Messages
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, compression := range []Compression{None, Zstd, LZ4} {
		file, payloads := sample(t, compression)
		c, err := read(file, 0)
		if err != io.EOF || !reflect.DeepEqual(c.payloads, payloads) {
			t.Errorf("%v: %d messages, %v", compression, len(c.payloads), err)
		}
		if len(c.channels) != 2 || c.channels[1].ID != 7 || c.channels[0].Metadata["tag"] != "0" || c.channels[0].SchemaID != 1 {
			t.Errorf("%v: channels %+v", compression, c.channels)
		}
		if len(c.schemas) != 1 || string(c.schemas[0].Data) != "data" || len(c.metadata) != 1 || c.metadata[0].Pairs["b"] != "2" {
			t.Errorf("%v: %+v, %+v", compression, c.schemas, c.metadata)
		}
	}
}

// TestSkipping: chunks that end before a time are counted, not read, and the channels are known all the same.
func TestSkipping(t *testing.T) {
	file, payloads := sample(t, Zstd)
	for before, skipped := range map[uint64]int{1: 0, 1099: 0, 1100: 100, 1250: 200, 2000: 300} {
		c, err := read(file, before)
		if err != io.EOF || int(c.skipped) != skipped || len(c.payloads) != 300-skipped || len(c.channels) != 2 ||
			skipped < 300 && c.payloads[0] != payloads[skipped] {
			t.Errorf("before %d: skipped %d, read %d, %v", before, c.skipped, len(c.payloads), err)
		}
	}
}

// TestCutAnywhere: a file cut after any number of bytes gives the messages of its whole chunks, and says that it was cut.
func TestCutAnywhere(t *testing.T) {
	file, payloads := sample(t, LZ4)
	seen := map[int]bool{}
	for size := range len(file) {
		c, err := read(file[:size], 0)
		var cut *CutOffError
		if n := len(c.payloads); n%100 != 0 || n > 0 && !reflect.DeepEqual(c.payloads, payloads[:n]) {
			t.Fatalf("cut to %d: %d messages", size, n)
		}
		if seen[len(c.payloads)] = true; size > 0 && !errors.As(err, &cut) || size == 0 && err != ErrNotMCAP {
			t.Fatalf("cut to %d: %v", size, err)
		}
		if size > 0 && (cut.Whole > int64(size) || cut.Size != int64(size)) {
			t.Fatalf("cut to %d: %v", size, err)
		}
	}
	if len(seen) != 4 {
		t.Errorf("numbers of messages: %v", seen)
	}
}

// TestDamageIsNoticed: a byte that is changed within a chunk never gives other messages.
func TestDamageIsNoticed(t *testing.T) {
	for _, compression := range []Compression{None, Zstd, LZ4} {
		file, payloads := sample(t, compression)
		r, err := NewReader(bytes.NewReader(file), int64(len(file)))
		check(t, err)
		for len(r.chunk.rest) == 0 {
			_, err := r.step()
			check(t, err)
		}
		from := int(r.chunkAt) + prefixSize + chunkSize + len(compression.inFile())
		for at := from; at < from+200; at++ {
			damaged := bytes.Clone(file)
			damaged[at] ^= 0x10
			c, err := read(damaged, 0)
			harmless := err == io.EOF && reflect.DeepEqual(c.payloads, payloads) // zstd has bits without a meaning
			var damage *DamagedError
			if !harmless && (!errors.As(err, &damage) || len(c.payloads) != 0) {
				t.Errorf("%v, byte %d: %d of %d messages, %v", compression, at, len(c.payloads), len(payloads), err)
			}
		}
	}
}

func TestNotMCAP(t *testing.T) {
	for _, text := range []string{"", "x", "\x89PNG\r\n\x1a\n", "a long text that is no recording at all"} {
		if _, err := read([]byte(text), 0); err != ErrNotMCAP {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzReader: arbitrary bytes give an error or messages, never a panic or an endless loop.
func FuzzReader(f *testing.F) {
	for _, compression := range []Compression{None, Zstd, LZ4} {
		file, _ := sample(f, compression)
		f.Add(file, uint64(0))
		f.Add(file, uint64(1150))
		f.Add(file[:len(file)/2], uint64(0))
	}
	f.Fuzz(func(t *testing.T, file []byte, skipBefore uint64) {
		if _, err := read(file, skipBefore); err == nil {
			t.Error("no end")
		}
	})
}
