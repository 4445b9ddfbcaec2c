//go:build linux

package check

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// patient is a ring to damage: 64 KiB, 2000 messages and so lapped once, a lossless, a lossy and a named consumer that left.
type patient struct {
	t        *testing.T
	path     string
	producer *ring.Producer
	id       raw.Identity
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, path: filepath.Join(memoryDir(t), "r")}
	p.producer = must(ring.Create(p.path, ring.Options{Capacity: 64 << 10, Alignment: 64, MaxConsumers: 20}))(t)
	t.Cleanup(func() { p.producer.Close() })
	left := p.open(ring.ConsumerOptions{Name: "left"})
	for i := range 2000 {
		fatal(t, p.producer.Publish(uint32(i), fmt.Appendf(nil, "message %d", i)))
	}
	left.Close()
	p.open(ring.ConsumerOptions{From: ring.Latest(), Lossless: true, Name: "billing"})
	p.open(ring.ConsumerOptions{From: ring.Latest()})
	s := must(raw.Open(p.path))(t)
	p.id = s.Identity
	s.Close()
	return p
}

// memoryDir is a directory in memory, if there is such a thing.
func memoryDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "mmring-check-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (p *patient) open(o ring.ConsumerOptions) *ring.Consumer {
	c := must(ring.Open(p.path, o))(p.t)
	p.t.Cleanup(func() { c.Close() })
	return c
}

func (p *patient) heads() string { return raw.HeadsPath(p.path, p.id.RingID) }

// entry is the offset of an entry of the heads file, and of its state.
func (p *patient) entry(i uint64) (entry, state uint64) {
	l := uint64(p.id.Spacing)
	states := 0x1000 + 2*l
	return states + (8*uint64(p.id.Slots)+l-1)&^(l-1) + 2*l*i, states + 8*i
}

// line is the offset of the n-th line of counters in the stream file.
func (p *patient) line(n uint64) uint64 { return 0x1000 + n*uint64(p.id.Spacing) }

// word reads, and set changes, 8 bytes of a file.
func (p *patient) word(path string, off uint64) uint64 {
	f := must(os.Open(path))(p.t)
	defer f.Close()
	var b [8]byte
	must(f.ReadAt(b[:], int64(off)))(p.t)
	return binary.NativeEndian.Uint64(b[:])
}

func (p *patient) set(path string, off, word uint64) {
	f := must(os.OpenFile(path, os.O_WRONLY, 0))(p.t)
	defer f.Close()
	must(f.WriteAt(binary.NativeEndian.AppendUint64(nil, word), int64(off)))(p.t)
}

// last is the position of the newest record, and at the offset of a position's byte.
func (p *patient) last() uint64              { return p.word(p.path, p.line(1)) }
func (p *patient) at(position uint64) uint64 { return raw.DataOffset + position%p.id.Capacity }

// die makes the producer leave without ending the stream, as a kill does.
func (p *patient) die() {
	closed := p.line(2) + 8
	fatal(p.t, p.producer.Close())
	p.set(p.path, closed, 0)
}

// machine is the machine's files as check reads them.
func machine(t *testing.T, more map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	files["proc/sys/kernel/random/boot_id"] = &fstest.MapFile{Data: boot}
	for name, text := range more {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// finds wants a finding of that level about that, with that in its text; "" wants none but fine ones and notes.
func finds(t *testing.T, r *Report, level Level, about, text string) {
	t.Helper()
	for _, f := range r.Findings {
		if text != "" && f.Level == level && f.About == about && strings.Contains(f.What, text) {
			return
		}
	}
	if text == "" && r.Worst < Warning {
		return
	}
	var b strings.Builder
	r.Write(&b)
	t.Errorf("no %v about %s with %q in\n%s", level, about, text, &b)
}

func fatal(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { t.Helper(); fatal(t, err); return v }
}
