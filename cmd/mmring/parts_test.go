package main

import (
	"bytes"
	"testing"

	"github.com/mmring/mmring/ring"
)

func TestLossesAreToldOnce(t *testing.T) {
	var words bytes.Buffer
	r := lossReport{words: &words}
	r.flush()
	r.add(&ring.LappedError{Lost: 1, Next: 1})
	r.add(&ring.LappedError{Lost: 1000, Next: 2000}) // too soon after the first
	r.add(&ring.LappedError{Lost: 500, Next: 3000, Demoted: true})
	r.flush()
	r.flush()
	want := `lost 1 message, overwritten before they were read; going on at number 1
made lossy: this consumer held the producer up for longer than the ring's stall deadline
lost 1,500 messages, overwritten before they were read; going on at number 3000
`
	if words.String() != want {
		t.Errorf("got %s", &words)
	}
}

func TestFrom(t *testing.T) {
	for text, want := range map[string]ring.Start{
		"oldest": ring.Oldest(), "latest": ring.Latest(), "last:7": ring.Last(7),
		"seq:0": ring.FromSeq(0), "seq:18446744073709551615": ring.FromSeq(1<<64 - 1),
	} {
		var f from
		if err := f.Set(text); err != nil || f.Start != want || f.String() != text {
			t.Errorf("%s: %v, %v", text, f, err)
		}
	}
	for _, text := range []string{"", "newest", "seq", "seq:", "seq:-1", "last:x", "oldest:1", "seq:1:2", "18446744073709551616"} {
		var f from
		if err := f.Set(text); err == nil || f.String() != "oldest" {
			t.Errorf("%q was accepted", text)
		}
	}
}

// TestSinkGathers: many messages go into one write.
func TestSinkGathers(t *testing.T) {
	var out writes
	s := newSink(&out, func(dst []byte, m *ring.Message) []byte { return append(dst, m.Payload...) })
	m := &ring.Message{Payload: bytes.Repeat([]byte("x"), 1000)}
	for range 200 {
		if s.put(m) {
			s.flush()
		}
	}
	s.flush()
	s.flush()
	if len(out) != 4 || out[0] < sinkBuffer || out[0]+out[1]+out[2]+out[3] != 200_000 {
		t.Errorf("writes of %v bytes", out)
	}
}

// TestSkippedIsSettledToo: a consumer that prints nothing says now and then what it has read, whatever the messages' size.
func TestSkippedIsSettledToo(t *testing.T) {
	var out writes
	s := newSink(&out, nil)
	for _, size := range []int{0, 1000} {
		n := 1
		for !s.skip(&ring.Message{Payload: make([]byte, size)}) {
			n++
		}
		if want := (sinkBuffer + size) / (size + 1); n != want {
			t.Errorf("%d messages of %d bytes, want %d", n, size, want)
		}
		s.flush()
	}
	if len(out) != 0 {
		t.Errorf("%d writes", len(out))
	}
}

type writes []int

func (w *writes) Write(p []byte) (int, error) { *w = append(*w, len(p)); return len(p), nil }
