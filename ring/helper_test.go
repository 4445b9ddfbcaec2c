package ring

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// long makes the random tests run for longer than a habit allows: go test ./ring -long=10m
var long = flag.Duration("long", 0, "how long each random test runs")

// duration is how long a random test runs.
func duration(short time.Duration) time.Duration { return max(short, *long) }

// patience ends a test that hangs, with a report of where. It measures nothing: every process here may be stopped for seconds.
const patience = 3 * time.Minute

func patient(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience+*long)
	t.Cleanup(cancel)
	return ctx
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want fails the test unless err is of that kind and its text has all parts.
func want(t testing.TB, err, kind error, parts ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want %v", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// memoryDir is a directory of this test in memory, where syncing costs nothing.
func memoryDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mmring-test-")
	if err != nil {
		dir, err = os.MkdirTemp("", "mmring-test-") // and not t.TempDir, where nobody else gets to
	}
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func ringPath(t testing.TB) string { return filepath.Join(memoryDir(t), "ring") }

func produce(t testing.TB, path string, o Options) *Producer {
	t.Helper()
	p, err := Create(path, o)
	check(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func consume(t testing.TB, path string, o ConsumerOptions) *Consumer {
	t.Helper()
	c, err := Open(path, o)
	check(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func snapshot(t testing.TB, path string) Snapshot {
	t.Helper()
	o, err := Observe(path)
	check(t, err)
	defer o.Close()
	s, err := o.Snapshot()
	check(t, err)
	return s
}

// A script is a stream that both sides can work out for themselves: message seq of it follows from the seed alone.
type script struct {
	seed    uint64
	longest uint64 // payload bytes
}

// mix is splitmix64's output function.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// message is the payload and tag of message seq. Most are short, some as long as can be, some all zero, and some imitate records:
// aligned commit words with plausible lengths, followed by plausible sequence numbers.
func (s script) message(buf []byte, seq uint64) ([]byte, uint32) {
	r := mix(s.seed ^ mix(seq))
	n := (r >> 8) % 100
	switch r & 15 {
	case 0:
		n = mix(r) % (s.longest + 1)
	case 1:
		n = s.longest * (r >> 8 & 1)
	}
	n = min(n, s.longest)
	buf = append(buf[:0], make([]byte, (n+7)&^7)...)
	for i := uint64(0); i < n; i += 8 {
		word := mix(r + i)
		switch r >> 4 & 15 {
		case 0:
			word = 0
		case 1, 2: // commit word, seq, commit word, seq ...
			if word = commitWord(uint32(r), word%128); i&8 != 0 {
				word = seq + i/16
			}
		}
		binary.LittleEndian.PutUint64(buf[i:], word)
	}
	return buf[:n], uint32(r >> 32)
}

// reader checks messages against a script, and that none is missing, repeated or out of order unless it was said to be lost.
type reader struct {
	script
	next           uint64 // seq of the next message
	received, lost uint64
	laps, demoted  int
	buf            []byte
}

// take takes note of what a consumer returned, and returns what is left to be handled by the caller.
func (r *reader) take(t testing.TB, m *Message, err error) error {
	t.Helper()
	var lapped *LappedError
	if errors.As(err, &lapped) {
		r.next += lapped.Lost
		r.lost += lapped.Lost
		r.laps++
		if lapped.Demoted {
			r.demoted++
		}
		if lapped.Next != r.next {
			t.Fatalf("%v, but the next would be %d", err, r.next)
		}
		return nil
	}
	if err != nil {
		return err
	}
	r.verify(t, m)
	r.next++
	r.received++
	return nil
}

func (r *reader) verify(t testing.TB, m *Message) {
	t.Helper()
	if m.Seq != r.next {
		t.Fatalf("got message %d, want %d", m.Seq, r.next)
	}
	payload, tag := r.message(r.buf, m.Seq)
	r.buf = payload
	if string(m.Payload) != string(payload) || m.Tag != tag {
		t.Fatalf("message %d is not what was sent: %d bytes, tag %#x, want %d bytes, tag %#x", m.Seq, len(m.Payload), m.Tag, len(payload), tag)
	}
}

// drain reads what is there.
func (r *reader) drain(t testing.TB, c *Consumer) {
	t.Helper()
	for {
		m, err := c.TryNext()
		if err = r.take(t, m, err); err == ErrEmpty || err == io.EOF {
			return
		}
		check(t, err)
	}
}

// toEnd reads until the stream ends.
func (r *reader) toEnd(t testing.TB, c *Consumer) {
	t.Helper()
	ctx := patient(t)
	for {
		m, err := c.Next(ctx)
		if err = r.take(t, m, err); err == io.EOF {
			return
		}
		check(t, err)
	}
}

// publishScript publishes messages [from, to) of the script, one by one.
func publishScript(t testing.TB, p *Producer, s script, from, to uint64) {
	t.Helper()
	var buf []byte
	for seq := from; seq < to; seq++ {
		payload, tag := s.message(buf, seq)
		check(t, p.Publish(tag, payload))
		buf = payload
	}
}

// fill publishes the script from a message on until a lossless consumer is in the way, and returns the next one's number.
func fill(t testing.TB, p *Producer, s script, from uint64) uint64 {
	t.Helper()
	for end := p.pos + 3*p.capacity; p.pos < end; from++ {
		payload, tag := s.message(nil, from)
		if err := p.TryPublish(tag, payload); err == ErrFull {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return from
}

// texts reads what is there as strings.
func texts(t testing.TB, c *Consumer) (list []string) {
	t.Helper()
	for {
		m, err := c.TryNext()
		if err == ErrEmpty || err == io.EOF {
			return list
		}
		check(t, err)
		list = append(list, string(m.Payload))
	}
}

func publishTexts(t testing.TB, p *Producer, list ...string) {
	t.Helper()
	for _, s := range list {
		check(t, p.Publish(0, []byte(s)))
	}
}

// patientBriefly is for what is known to hang when it is broken, and to take no time when it is not.
func patientBriefly(t testing.TB) <-chan struct{} {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx.Done()
}
