//go:build linux

package raw_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// TestAgrees: what this package reads of a ring is what the library says of it.
func TestAgrees(t *testing.T) {
	for i, o := range []ring.Options{
		{}, {Capacity: 1 << 16, Alignment: 8, MaxConsumers: 1, Metadata: []byte("meta"), StallDeadline: time.Second},
		{Capacity: 1 << 12, Alignment: 256, MaxConsumers: 4096},
	} {
		path := filepath.Join(t.TempDir(), fmt.Sprint(i))
		p := must(ring.Create(path, o))(t)
		c := must(ring.Open(path, ring.ConsumerOptions{Name: "näme", Lossless: true}))(t)
		for n := range 100 {
			if err := p.Publish(uint32(n), make([]byte, n)); err != nil {
				t.Fatal(err)
			}
			must(c.TryNext())(t)
		}
		agrees(t, path)
		c.Close()
		p.Close()
	}
}

func agrees(t *testing.T, path string) {
	t.Helper()
	look := must(ring.Observe(path))(t)
	defer look.Close()
	want := must(look.Snapshot())(t)
	s := must(raw.Open(path))(t)
	defer s.Close()
	if faults := s.Faults(); len(faults) > 0 {
		t.Fatal(faults)
	}
	id := &s.Identity
	if id.RingID != want.RingID || s.Capacity != uint64(want.Capacity) || s.Alignment != uint64(want.Alignment) ||
		s.MaxPayload != uint64(want.MaxMessage) || s.Slots != want.MaxConsumers || id.Deadline != want.StallDeadline ||
		!id.Created.Equal(want.Created) || string(id.Metadata) != string(want.Metadata) {
		t.Errorf("identity %+v, want %+v", *id, want)
	}
	countersAgree(t, s, &want)
	if err := s.Err(); err != nil {
		t.Error(err)
	}
	h := must(raw.OpenHeads(s))(t)
	defer h.Close()
	entryAgrees(t, h.Entry(0), want.Consumers[0])
	if err := h.Err(); err != nil {
		t.Error(err)
	}
}

func countersAgree(t *testing.T, s *raw.Stream, want *ring.Snapshot) {
	c, end := s.Counters(), must(s.End())(t)
	if end != (raw.Place{Position: want.Tail, Seq: want.NextSeq}) || c.Tail != want.Tail || int(c.Status.PID) != want.ProducerPID ||
		!c.Status.Started.Equal(want.Started) || c.Status.Generation != want.Generation || c.Status.Wakeups != want.Wakeups {
		t.Errorf("counters %+v, end %+v, want %+v", c, end, *want)
	}
	r := must(s.Record(c.Last))(t)
	payload := must(s.Payload(nil, r))(t)
	if r.Seq != 99 || r.Tag != 99 || r.End != end.Position || len(payload) != 99 {
		t.Errorf("newest record %+v with %d bytes", r, len(payload))
	}
}

func entryAgrees(t *testing.T, e raw.Entry, want ring.ConsumerInfo) {
	if e.Name != want.Name || e.Mode.String() != want.Mode || e.Head != want.Head || e.NextSeq != want.NextSeq ||
		e.Delivered != want.Received || e.Alive != want.Alive || int(e.PID) != want.PID || !e.Since.Equal(want.Since) {
		t.Errorf("entry %+v, want %+v", e, want)
	}
}

func TestPrintable(t *testing.T) {
	for name, want := range map[string]string{
		"prices": "prices", "näme 1": "näme 1", `"x"`: `"x"`, "a\x1b[2Jb": `a\x1b[2Jb`, "\xff": `\xff`, `a\b`: `a\\b`, "a\nb": `a\nb`,
	} {
		if got := raw.Printable(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}
