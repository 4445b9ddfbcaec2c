//go:build linux

package check

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/cmd/internal/dump"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// specimen is a small ring's two files, as bytes.
func specimen(t testing.TB, dir string) (stream, heads []byte) {
	path := filepath.Join(dir, "specimen")
	p := must(ring.Create(path, ring.Options{Capacity: 4096, Alignment: 8, MaxConsumers: 2}))(t)
	c := must(ring.Open(path, ring.ConsumerOptions{Name: "n"}))(t)
	for range 100 {
		fatal(t, p.Publish(7, make([]byte, 60)))
	}
	fatal(t, c.Close())
	fatal(t, p.Close())
	s := must(raw.Open(path))(t)
	defer s.Close()
	return must(os.ReadFile(path))(t), must(os.ReadFile(raw.HeadsPath(path, s.Identity.RingID)))(t)
}

// FuzzHostile: whatever lies in the two files, check, dump and top come to an end, soon, without a panic. The input is a list of
// changes: which file, where, and what, 16 bytes each; the identity's checksum is put right again, so that the rest is looked at.
func FuzzHostile(f *testing.F) {
	dir, err := os.MkdirTemp("/dev/shm", "mmring-fuzz-")
	if err != nil {
		dir = f.TempDir()
	}
	f.Cleanup(func() { os.RemoveAll(dir) })
	stream, heads := specimen(f, dir)
	for _, seed := range [][3]uint64{{0, 0x20, 1 << 40}, {0, 0x1000, ^uint64(0)}, {0, 0x1008, 0}, {0, 0x1080, 1 << 63}, {0, 0x1180, 13},
		{0, 0x48, 1 << 63}, {0, 0x10000, 1 << 31}, {1, 0x1100, 2}, {1, 0x1100, 0x4d}, {1, 0x1180, ^uint64(0)}, {1, 0x1204, 1 << 32}} {
		b := binary.LittleEndian.AppendUint64(nil, seed[0]<<63|seed[1])
		f.Add(binary.LittleEndian.AppendUint64(b, seed[2]))
	}
	f.Fuzz(func(t *testing.T, changes []byte) {
		s, h := mutate(stream, heads, changes)
		path := filepath.Join(t.TempDir(), "r")
		id := binary.NativeEndian.Uint64(s[0x10:])
		fatal(t, os.WriteFile(path, s, 0o644))
		fatal(t, os.WriteFile(raw.HeadsPath(path, id), h, 0o644))
		putRight(t, path)
		began := time.Now()
		r, err := examine(path, machine(t, nil))
		dump.Ring(path, dump.Options{Count: 10_000}, io.Discard, io.Discard)
		rings := lookout.Paths([]string{path})
		rings.Look()
		rings.Close()
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it took %v", took)
		}
		if err == nil && len(r.Findings) > 100 {
			t.Errorf("%d findings", len(r.Findings))
		}
	})
}

// mutate applies changes to copies of the two files.
func mutate(stream, heads, changes []byte) (s, h []byte) {
	s, h = append(s, stream...), append(h, heads...)
	for ; len(changes) >= 16; changes = changes[16:] {
		at, word := binary.LittleEndian.Uint64(changes), changes[8:16]
		file := s
		if at>>63 != 0 {
			file = h
		}
		at &= 1<<62 - 1
		copy(file[at%uint64(len(file)-8):][:8], word)
	}
	return s, h
}

// putRight makes the checksum of a stream file's identity what it ought to be.
func putRight(t *testing.T, path string) {
	s := must(raw.Open(path))(t)
	defer s.Close()
	f := must(os.OpenFile(path, os.O_WRONLY, 0))(t)
	defer f.Close()
	must(f.WriteAt(binary.NativeEndian.AppendUint32(nil, s.Identity.Sum), 0x60))(t)
}
