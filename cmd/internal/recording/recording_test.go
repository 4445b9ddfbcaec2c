package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/cmd/internal/mcap"
	"github.com/mmring/mmring/ring"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// record makes a recording of what fill adds, and returns its path.
func record(t testing.TB, about About, o Options, fill func(w *Writer)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.mcap")
	file, err := Create(path, false)
	check(t, err)
	w, err := NewWriter(file, about, o)
	check(t, err)
	fill(w)
	check(t, w.Close("test"))
	info, err := os.Stat(path)
	check(t, err)
	if size := w.Kept().Bytes; size != uint64(info.Size()) {
		t.Errorf("%d bytes kept, the file has %d", size, info.Size())
	}
	return path
}

// messages reads a recording to its end.
func messages(t testing.TB, path string) (all []Message, r *Reader) {
	t.Helper()
	r, err := Open(path)
	check(t, err)
	defer r.Close()
	for {
		m, err := r.Next()
		if err == io.EOF {
			return all, r
		}
		check(t, err)
		kept := *m
		kept.Payload = bytes.Clone(m.Payload)
		all = append(all, kept)
	}
}

// TestManyTags: tags beyond those that have a channel of their own come back too, and so do seqs beyond 32 bits.
func TestManyTags(t *testing.T) {
	const first, n = math.MaxUint32 - 1500, 3*maxChannels + 1
	tag := func(i int) uint32 { return uint32(i%(maxChannels+500)) * 2_000_000 }
	path := record(t, About{Ring: "r", FirstSeq: first}, Options{Compression: mcap.Zstd}, func(w *Writer) {
		for i := range n {
			w.Add(&ring.Message{Seq: first + uint64(i), Tag: tag(i), Payload: fmt.Append(nil, i)}, uint64(i))
			if i%400 == 0 {
				check(t, w.Flush())
			}
		}
	})
	all, r := messages(t, path)
	if len(all) != n || r.Missing != 0 {
		t.Fatalf("%d messages, %d missing", len(all), r.Missing)
	}
	for i, m := range all {
		if m.Seq != first+uint64(i) || m.Tag != tag(i) || m.Time != uint64(i) || string(m.Payload) != fmt.Sprint(i) {
			t.Fatalf("message %d: %+v", i, m)
		}
	}
}

// TestLosses: what is lost is known exactly, even where the low half of seq cannot tell it, and where nothing comes after it.
func TestLosses(t *testing.T) {
	jumps := []uint64{3, 1 << 31, 1 << 32, 5 << 32, 7}
	var seqs []uint64
	path := record(t, About{Ring: "r"}, Options{}, func(w *Writer) {
		seq := uint64(0)
		lose := func(n uint64) {
			seq += n
			check(t, w.Lose(&ring.LappedError{Lost: n, Next: seq}))
		}
		for _, lost := range jumps {
			seqs = append(seqs, seq)
			w.Add(&ring.Message{Seq: seq, Payload: []byte("x")}, 1)
			seq++
			lose(lost)
		}
		seqs = append(seqs, seq)
		w.Add(&ring.Message{Seq: seq}, 1)
		seq++
		lose(11)
	})
	all, r := messages(t, path)
	if len(all) != len(seqs) {
		t.Fatalf("%d messages", len(all))
	}
	missing := uint64(11)
	for i, m := range all {
		if m.Seq != seqs[i] {
			t.Errorf("message %d has seq %d, want %d", i, m.Seq, seqs[i])
		}
	}
	for _, lost := range jumps {
		missing += lost
	}
	if r.Missing != missing {
		t.Errorf("missing %d, want %d", r.Missing, missing)
	}
}

// TestAbout: what the file says of the ring is what was said, although the first thing in it is a loss.
func TestAbout(t *testing.T) {
	about := About{Ring: "prices", ID: 1 << 63, Created: time.Unix(1, 2).UTC(), Capacity: 8192, Alignment: 8, MaxConsumers: 3,
		Schema: "int64, 8 bytes", Metadata: []byte{0, 0xff}, FirstSeq: 5, Lossless: true, Began: time.Unix(3, 4).UTC()}
	path := record(t, about, Options{}, func(w *Writer) {
		check(t, w.Lose(&ring.LappedError{Lost: 1, Next: 6}))
		check(t, w.Flush())
		w.Add(&ring.Message{Seq: 6, Tag: 9, Payload: make([]byte, 8)}, 1)
	})
	all, r := messages(t, path)
	if fmt.Sprint(r.About) != fmt.Sprint(about) || !r.Own || r.Missing != 1 || len(all) != 1 || all[0].Seq != 6 {
		t.Errorf("%+v\n%+v, missing %d, %+v", r.About, about, r.Missing, all)
	}
	text, err := os.ReadFile(path)
	check(t, err)
	if n := bytes.Count(text, []byte(about.Schema)); n != 3 { // in the metadata, as a schema, and in the summary
		t.Errorf("the schema is in the file %d times", n)
	}
}

// TestSkipping: what is passed over changes neither seqs nor tags of what comes after.
func TestSkipping(t *testing.T) {
	const n = 4 * maxChannels
	path := record(t, About{Ring: "r", FirstSeq: 100}, Options{Compression: mcap.LZ4}, func(w *Writer) {
		for i := range n {
			w.Add(&ring.Message{Seq: 100 + uint64(i), Tag: uint32(i % 2000), Payload: fmt.Append(nil, i)}, uint64(i))
			if i%100 == 99 {
				check(t, w.Flush())
			}
		}
	})
	r, err := Open(path)
	check(t, err)
	defer r.Close()
	r.skipBefore(n - 150)
	read := 0
	for {
		m, err := r.Next()
		if err == io.EOF {
			break
		}
		check(t, err)
		if read++; m.Seq != 100+m.Time || m.Tag != uint32(m.Time%2000) {
			t.Fatalf("%+v", m)
		}
	}
	if read >= n/2 || read < 150 || r.Missing != 0 {
		t.Errorf("read %d messages, missing %d", read, r.Missing)
	}
}

// TestSelect: a part begins and ends where it should; of one with nothing in it an error says what there is, chunks that were skipped included.
func TestSelect(t *testing.T) {
	const n = 1000
	path := record(t, About{Ring: "r", FirstSeq: 100}, Options{Compression: mcap.LZ4}, func(w *Writer) {
		for i := range n {
			w.Add(&ring.Message{Seq: 100 + uint64(i), Payload: fmt.Append(nil, i)}, uint64(i))
			if i%100 == 99 {
				check(t, w.Flush())
			}
		}
	})
	place := func(text string) (p Place) {
		if text != "" {
			check(t, p.Set(text))
		}
		return p
	}
	for _, c := range []struct {
		from, to    string
		first, last uint64 // 0: none
	}{
		{"", "", 100, 1099}, {"seq:300", "", 300, 1099}, {"", "seq:300", 100, 299}, {"250ns", "350ns", 350, 449}, {"seq:1099", "1h", 1099, 1099},
		{"1000ns", "", 0, 0}, {"seq:1100", "", 0, 0}, {"", "0s", 0, 0}, {"500ns", "seq:600", 0, 0},
	} {
		r, err := Open(path)
		check(t, err)
		defer r.Close()
		err = r.Select(t.Context(), Part{place(c.from), place(c.to)})
		if c.first == 0 {
			var empty *EmptyPartError
			if !errors.As(err, &empty) || *empty != (EmptyPartError{100, 1099, n - 1}) {
				t.Errorf("%+v: %v", c, err)
			}
			continue
		}
		check(t, err)
		var seqs []uint64
		m, err := r.Next()
		for ; err == nil; m, err = r.Next() {
			seqs = append(seqs, m.Seq)
		}
		if err != io.EOF || len(seqs) == 0 || seqs[0] != c.first || seqs[len(seqs)-1] != c.last || len(seqs) != int(c.last-c.first+1) {
			t.Errorf("%+v: %v, %v", c, seqs, err)
		}
	}
}

// TestForeignFile: any MCAP file is read, numbered by its order.
func TestForeignFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.mcap")
	file, err := os.Create(path)
	check(t, err)
	w, err := mcap.NewWriter(file, "", "other", mcap.None)
	check(t, err)
	var c mcap.Chunk
	c.AddChannel(&mcap.Channel{ID: 3, Topic: "a", Metadata: map[string]string{"tag": "none of ours"}})
	c.AddChannel(&mcap.Channel{ID: 4, Topic: "b"})
	for i := range 10 {
		c.Add(&mcap.Message{Channel: uint16(3 + i%2), Sequence: uint32(i / 2), Time: 50, Payload: []byte{byte(i)}})
	}
	check(t, w.WriteChunk(&c))
	check(t, w.Close())
	all, r := messages(t, path)
	if r.Own || len(all) != 10 || all[9].Seq != 9 || all[9].Tag != 0 || all[9].Payload[0] != 9 || r.Missing != 0 {
		t.Errorf("%+v", all)
	}
}

func TestReplacing(t *testing.T) {
	dir := t.TempDir()
	path := record(t, About{Ring: "r"}, Options{}, func(*Writer) {})
	if _, err := Create(path, false); err == nil {
		t.Error("a recording was overwritten")
	}
	file, err := Create(path, true)
	check(t, err)
	check(t, file.Close())
	for name, make := range map[string]func(string) error{
		"text":      func(p string) error { return os.WriteFile(p, []byte("text"), 0o600) },
		"directory": func(p string) error { return os.Mkdir(p, 0o700) },
		"link":      func(p string) error { return os.Symlink(path, p) },
	} {
		other := filepath.Join(dir, name)
		check(t, make(other))
		if _, err := Create(other, true); err == nil {
			t.Errorf("a %s was replaced", name)
		}
	}
}

// TestPace: what is due when follows from the recording's clock alone, however late anything was.
func TestPace(t *testing.T) {
	for text, want := range map[string]time.Duration{"1": 10 * time.Second, "4": 2500 * time.Millisecond, "0.5": 20 * time.Second} {
		var s Speed
		check(t, s.Set(text))
		p := NewPace(s)
		first := p.Due(1e18)
		if got := p.Due(1e18 + 10e9).Sub(first); got != want {
			t.Errorf("speed %s: 10 s take %v", text, got)
		}
		if p.Due(1e18 - 5).After(first) {
			t.Errorf("speed %s: what is earlier is due later", text)
		}
	}
	var s Speed
	check(t, s.Set("max"))
	if !NewPace(s).Due(1e18).IsZero() {
		t.Error("at most speed something is not due at once")
	}
	for _, text := range []string{"", "0", "-1", "fast", "inf", "nan"} {
		if s.Set(text) == nil {
			t.Errorf("speed %q was accepted", text)
		}
	}
}

func TestPlaces(t *testing.T) {
	m := &Message{Seq: 7, Time: 1_000_000_000_000}
	for text, want := range map[string]bool{"seq:7": true, "seq:8": false, "90s": true, "101s": false,
		"1970-01-01T00:16:40Z": true, "1970-01-01T00:16:40.000000001Z": false} {
		var p Place
		check(t, p.Set(text))
		if p.Since(900e9).Reached(m) != want {
			t.Errorf("%s: reached is not %v", text, want)
		}
	}
	for _, text := range []string{"", "7", "seq:", "seq:x", "-1s", "yesterday", "1969-12-31T00:00:00Z"} {
		var p Place
		if p.Set(text) == nil || p.Given() {
			t.Errorf("%q was accepted", text)
		}
	}
}

func TestPrecedes(t *testing.T) {
	place := func(text string) (p Place) {
		if text != "" {
			check(t, p.Set(text))
		}
		return p
	}
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"", "", true}, {"", "seq:0", true}, {"seq:5", "", true}, {"seq:5", "seq:6", true}, {"seq:5", "seq:5", false}, {"2h", "1h", false},
		{"1h", "seq:0", true}, {"2026-05-04T09:00:00Z", "2026-05-04T08:59:59Z", false},
	} {
		if got := place(c.from).Precedes(place(c.to)); got != c.want {
			t.Errorf("%q to %q: %v", c.from, c.to, got)
		}
	}
}

// TestAddDoesNotAllocate: the way of a message into a chunk that has its memory.
func TestAddDoesNotAllocate(t *testing.T) {
	var chunk mcap.Chunk
	w := &Writer{chunk: &chunk, channels: channels{topic: "r", ids: map[uint32]uint16{}}}
	m := &ring.Message{Payload: make([]byte, 64)}
	fill := func() {
		for tag := range uint32(100) {
			m.Tag, m.Seq = tag, m.Seq+1
			w.Add(m, m.Seq)
		}
		chunk.Reset()
	}
	fill()
	if n := testing.AllocsPerRun(100, fill); n != 0 {
		t.Errorf("%v allocations for 100 messages", n)
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, size := range []int{64, 1024} {
		b.Run(fmt.Sprint("size=", size), func(b *testing.B) {
			w := &Writer{chunk: &mcap.Chunk{}, channels: channels{topic: "r", ids: map[uint32]uint16{}}}
			m := &ring.Message{Payload: make([]byte, size)}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				m.Seq++
				if w.Add(m, m.Seq); w.Full() {
					w.chunk.Reset()
				}
			}
		})
	}
}
