package ring

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Seeds are real rings, as files: the stream, then the heads, packed. They are what fuzzing starts from, and what earlier versions of this
// package have written.

var updateSeeds = flag.Bool("seeds", false, "write testdata/rings anew: go test ./ring -run TestSeeds -seeds")

const seedDir = "testdata/rings"

// seedRings make one ring each.
var seedRings = map[string]func(t testing.TB, h *heapRing){
	"empty": func(t testing.TB, h *heapRing) { h.producer(Spin) },
	"some messages, and consumers of every mode": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 20)
		for _, o := range []ConsumerOptions{{}, {Lossless: true}, {Name: "x", Lossless: true}, {Name: "y"}} {
			c := h.consumer(o)
			for range 3 {
				c.TryNext()
			}
			c.Ack()
		}
	},
	"gone round, and full": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 150)
		h.consumer(ConsumerOptions{Name: "x", Lossless: true})
		fill(t, p, seedScript, 150)
	},
	"killed in a batch": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 100)
		for range 5 {
			check(t, p.Append(1, make([]byte, 40)))
		}
		p.spill()
		h.kill(p)
	},
	"killed in a claim": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 100)
		b, err := p.Claim(p.MaxMessage())
		check(t, err)
		for i := 0; i+8 <= len(b); i += 8 {
			*word64(b[i:], 0) = commitWord(1, 8)
		}
		h.kill(p)
	},
	"killed while joining": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 100)
		c := h.unjoined(ConsumerOptions{Lossless: true, Name: "x"})
		_, err := c.enlist()
		check(t, err)
		c.pin(false)
		h.kill(c)
	},
	"closed": func(t testing.TB, h *heapRing) {
		p := h.producer(Spin)
		publishScript(t, p, seedScript, 0, 100)
		h.close(h.consumer(ConsumerOptions{Name: "x", From: Last(3)}))
		h.close(p)
	},
}

var seedScript = script{seed: 1, longest: 200}

func seedNames(t testing.TB) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(seedDir)
	check(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func loadSeed(t testing.TB, name string) *heapRing {
	t.Helper()
	packed, err := os.ReadFile(filepath.Join(seedDir, name))
	check(t, err)
	z, err := gzip.NewReader(bytes.NewReader(packed))
	check(t, err)
	content, err := io.ReadAll(z)
	check(t, err)
	h := &heapRing{t: t}
	stream, heads := content[:dataOffset+4096], content[dataOffset+4096:]
	page := heapMemory(pageSize)
	copy(page, stream)
	h.g, err = overlay[identity](page).validate(int64(len(stream)))
	check(t, err)
	h.stream, h.heads = heapMemory(dataOffset+2*int64(h.g.capacity)), heapMemory(h.g.headsSize())
	copy(h.stream, stream)
	copy(h.heads, heads)
	h.mirror()
	return h
}

func saveSeed(t testing.TB, name string, h *heapRing) {
	t.Helper()
	h.fold()
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	check(t, err)
	for _, part := range [][]byte{h.stream[:dataOffset+4096], h.heads} {
		_, err := z.Write(part)
		check(t, err)
	}
	check(t, z.Close())
	check(t, os.MkdirAll(seedDir, 0o755))
	check(t, os.WriteFile(filepath.Join(seedDir, name), packed.Bytes(), 0o644))
}

// fold puts the message that goes round the end of the data where a file has it. Here its end lies in the second copy alone.
func (h *heapRing) fold() {
	s, _ := h.raw()
	at, err := s.oldest(0, 0)
	check(h.t, err)
	for {
		r, err := s.recordAt(at.pos)
		if check(h.t, err); r.word == 0 {
			return
		}
		if from := r.pos & s.mask; from+r.end-r.pos > s.capacity {
			copy(s.mem[dataOffset:], s.mem[dataOffset:][s.capacity:from+r.end-r.pos])
		}
		at.pos = r.end
	}
}

// Can rings as they were written once be read and carried on today: is each message what it was, and does the next follow?
func TestSeeds(t *testing.T) {
	if *updateSeeds {
		for name, fill := range seedRings {
			h := newHeapRing(t, tinyRing)
			fill(t, h)
			saveSeed(t, name, h)
		}
	}
	names := seedNames(t)
	equal(t, "stored rings", len(names), len(seedRings))
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			h := loadSeed(t, name)
			p := h.producer(Spin)
			c := h.consumer(ConsumerOptions{})
			r := &reader{script: seedScript, next: c.Stats().NextSeq}
			next := p.Stats().NextSeq
			r.drain(t, c)
			equal(t, "read", r.next, next)
			payload, tag := seedScript.message(nil, next)
			if err := p.TryPublish(tag, payload); err == ErrFull { // as it was
				return
			} else if check(t, err); err == nil {
				r.drain(t, c)
				equal(t, "read then", r.next, next+1)
			}
		})
	}
}
