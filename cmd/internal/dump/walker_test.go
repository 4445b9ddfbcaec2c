//go:build linux

package dump

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// seqs are the numbers of the records dumped.
func seqs(t *testing.T, path, from string, count uint64) (seqs []uint64, words string, err error) {
	t.Helper()
	o := Options{JSON: true, Count: count}
	fatal(t, o.From.Set(from))
	out, words, err := dumped(t, path, o)
	for line := range strings.Lines(out) {
		var r struct{ Seq *uint64 }
		fatal(t, json.Unmarshal([]byte(line), &r))
		if r.Seq != nil {
			seqs = append(seqs, *r.Seq)
		}
	}
	return seqs, words, err
}

// long is a ring that was lapped: the records from oldest on of 1000 are there.
func long(t *testing.T) (path string, oldest uint64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "r")
	p := producer(t, path, ring.Options{Capacity: 16 << 10, Alignment: 64})
	for i := range 1000 {
		fatal(t, p.Publish(0, fmt.Append(nil, i)))
	}
	o, err := ring.Observe(path)
	fatal(t, err)
	defer o.Close()
	s, err := o.Snapshot()
	fatal(t, err)
	fatal(t, p.Close())
	return path, s.OldestSeq
}

func TestFrom(t *testing.T) {
	path, oldest := long(t)
	for _, c := range []struct {
		from        string
		count       uint64
		first, last uint64
		words       string
	}{
		{"oldest", 0, oldest, 999, ""}, {"last:5", 0, 995, 999, ""}, {"last:5", 2, 995, 996, ""}, {"seq:990", 3, 990, 992, ""},
		{"last:100000", 0, oldest, 999, ""}, {"seq:5", 0, oldest, 999, fmt.Sprintf("%d messages overwritten", oldest-5)},
	} {
		got, words, err := seqs(t, path, c.from, c.count)
		if err != nil || !strings.Contains(words, c.words) || c.words == "" && words != "" || len(got) != int(c.last-c.first+1) {
			t.Errorf("%+v: %d records, %s, %v", c, len(got), words, err)
			continue
		}
		for i, seq := range got {
			if seq != c.first+uint64(i) {
				t.Fatalf("%+v: %v", c, got)
			}
		}
	}
	if _, _, err := seqs(t, path, "seq:1001", 0); err == nil || !strings.Contains(err.Error(), "not published yet, the next will be 1000") {
		t.Error(err)
	}
	for _, text := range []string{"", "latest", "seq:", "seq:-1", "last:x", "oldest:1"} {
		if new(From).Set(text) == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// TestDamage: what is whole on both sides of a damage is dumped, and the damage told.
func TestDamage(t *testing.T) {
	for _, c := range []struct {
		name  string
		at    uint64 // offset in the record
		word  uint64
		words string
	}{
		{"no record", 0, 5, "the word 0x5"}, {"hole", 0, 0, "nothing at position"},
		{"number", 8, 12, "has number 12"}, {"length", 0, 1<<31 | 1<<30, "1073741824 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, oldest := long(t)
			position := uint64(900 * 64)
			set(t, path, raw.DataOffset+position%(16<<10)+c.at, c.word)
			got, words, err := seqs(t, path, "oldest", 0)
			if err == nil || !strings.Contains(words, c.words) {
				t.Errorf("%v, %s", err, words)
			}
			n := len(got)
			if n == 0 || got[0] != oldest || got[n-1] != 999 || n < int(999-oldest-16) || n >= int(1000-oldest) {
				t.Errorf("%d records of %d", n, 1000-oldest)
			}
		})
	}
}

// TestNoEnd: with last, and so the end, gone, what the anchors lead to is dumped.
func TestNoEnd(t *testing.T) {
	path, oldest := long(t)
	s, err := raw.Open(path)
	fatal(t, err)
	defer s.Close()
	set(t, path, 0x1000+s.Spacing, 12345)
	got, words, err := seqs(t, path, "oldest", 0)
	if err == nil || len(got) != int(1000-oldest) || !strings.Contains(words, "12345") {
		t.Errorf("%d records, %v, %s", len(got), err, words)
	}
}

func set(t *testing.T, path string, off, word uint64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	fatal(t, err)
	defer f.Close()
	_, err = f.WriteAt(binary.NativeEndian.AppendUint64(nil, word), int64(off))
	fatal(t, err)
}

// TestLive: the dump of a ring that is lapped meanwhile ends, is in order, and accounts for every record up to its end.
func TestLive(t *testing.T) {
	path, _ := long(t)
	p := &walker{left: 1 << 62}
	s, err := raw.Open(path)
	fatal(t, err)
	defer s.Close()
	again := producer(t, path, ring.Options{})
	var next, lost uint64
	p.stream, p.lost = s, func(n uint64) { lost += n }
	p.damaged = func(err error) { t.Error(err) }
	p.visit = func(r raw.Record, payload []byte) error {
		if want := fmt.Sprint(r.Seq); r.Seq < next || string(payload) != want {
			t.Fatalf("record %d has %q", r.Seq, payload)
		}
		if next = r.Seq + 1; r.Seq%7 == 0 { // overtakes the walk now and then
			for range 30 {
				fatal(t, again.Publish(0, fmt.Append(nil, again.Stats().NextSeq)))
			}
		}
		return nil
	}
	fatal(t, p.walk(From{}))
	if next > 1000 || lost == 0 {
		t.Errorf("it went on to %d, with %d lost", next, lost)
	}
}
