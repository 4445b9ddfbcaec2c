package ringgroup

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

// long makes the random tests run for longer than a habit allows.
var long = flag.Duration("long", 0, "how long each random test runs")

// patience ends a test that hangs, with a report of where. It measures nothing.
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

func want(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want %v", err, kind)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func ringPath(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "mmring-test-")
	if err != nil {
		dir = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "ring")
}

func produce(t testing.TB, path string, o ring.Options) *ring.Producer {
	t.Helper()
	o.Alignment = 64 // the tests count on it
	p, err := ring.Create(path, o)
	check(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func joined(t testing.TB, path string, o Options) *Member {
	t.Helper()
	if o.Group == "" {
		o.Group = "g"
	}
	m, err := Join(path, o)
	check(t, err)
	t.Cleanup(func() { m.Close() })
	return m
}

// publish publishes messages that are numbers, their own.
func publish(t testing.TB, p *ring.Producer, from, to uint64) {
	t.Helper()
	for n := from; n < to; n++ {
		check(t, p.Publish(uint32(n), number(n)))
	}
}

func number(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

// next takes a message, and wants it to be the right bytes.
func next(t testing.TB, m *Member) *Message {
	t.Helper()
	msg, err := m.Next(patient(t))
	check(t, err)
	if string(msg.Payload) != string(number(msg.Seq)) || msg.Tag != uint32(msg.Seq) {
		t.Fatalf("message %d has tag %d and payload %x", msg.Seq, msg.Tag, msg.Payload)
	}
	return msg
}

// nothing wants there to be no message for the member, now and after others were looked for.
func nothing(t testing.TB, m *Member) {
	t.Helper()
	if msg, err := m.TryNext(); err != ring.ErrEmpty {
		t.Fatalf("got message %+v, error %v", msg, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if msg, err := m.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got message %+v, error %v", msg, err)
	}
}

// die does what a kill -9 of a member's process does: its locks are gone, its gate is nobody's, the shared bytes stay.
func die(t testing.TB, m *Member) {
	t.Helper()
	m.closing.Store(true)
	check(t, m.consumer.Close())
	check(t, m.groupFile.close(nil))
}

// end wants the stream to be at its end for the member.
func end(t testing.TB, m *Member) {
	t.Helper()
	_, err := m.Next(patient(t))
	want(t, err, io.EOF)
}

// group looks at the only group.
func group(t testing.TB, path string) Snapshot {
	t.Helper()
	groups, err := Observe(path)
	check(t, err)
	equal(t, "groups", len(groups), 1)
	return groups[0]
}
