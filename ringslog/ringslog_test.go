package ringslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/slogtest"
	"time"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringslog"
)

func pair(t testing.TB, capacity int, lossless bool) (*ring.Producer, *ring.Consumer) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	p, err := ring.Create(path, ring.Options{Capacity: capacity})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c, err := ring.Open(path, ring.ConsumerOptions{Lossless: lossless})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return p, c
}

func lines(t testing.TB, c *ring.Consumer) (all []string) {
	for {
		m, err := c.TryNext()
		if errors.Is(err, ring.ErrEmpty) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(m.Payload))
	}
}

// Does it obey the rules of slog handlers, groups and attributes included?
func TestObeysSlog(t *testing.T) {
	p, c := pair(t, 1<<20, true)
	err := slogtest.TestHandler(ringslog.NewHandler(p, slog.NewJSONHandler, nil), func() (all []map[string]any) {
		for _, line := range lines(t, c) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
		return all
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Does a program go on logging beside a reader that does not read, and does the log say afterwards how much is missing?
func TestNeverWaits(t *testing.T) {
	p, c := pair(t, 4096, true)
	h := ringslog.NewHandler(p, slog.NewTextHandler, nil)
	log := slog.New(h)
	const n = 1000
	for i := range n {
		log.Info("record", "i", i)
	}
	before := lines(t, c)
	log.Info("after")
	after := lines(t, c)
	if h.Dropped() == 0 || uint64(len(before))+h.Dropped() != n {
		t.Errorf("%d records arrived, %d are counted as dropped, of %d", len(before), h.Dropped(), n)
	}
	if want := fmt.Sprintf("dropped=%d", h.Dropped()); len(after) != 2 || !strings.Contains(after[0], want) {
		t.Errorf("after the gap the log says %q, want %s", after, want)
	}
}

// Is the last gap told, though no record follows it: once there is room, and not twice? Is it an error if there is none in time?
func TestFlush(t *testing.T) {
	p, c := pair(t, 4096, true)
	h := ringslog.NewHandler(p, slog.NewTextHandler, nil)
	log := slog.New(h)
	if err := h.Flush(t.Context()); err != nil {
		t.Errorf("nothing was dropped, and Flush says %v", err)
	}
	const n = 1000
	for i := range n {
		log.Info("record", "i", i)
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := h.Flush(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a full ring: %v", err)
	}
	flushed := make(chan error)
	go func() { flushed <- h.Flush(t.Context()) }()
	before := lines(t, c)
	if err := <-flushed; err != nil {
		t.Error(err)
	}
	if err := h.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	all := append(before, lines(t, c)...)
	if want := fmt.Sprintf("dropped=%d", h.Dropped()); h.Dropped() == 0 || uint64(len(all)) != n-h.Dropped()+1 || !strings.Contains(all[len(all)-1], want) {
		t.Errorf("%d lines, the last is %q, want %s", len(all), all[len(all)-1], want)
	}
}

// May goroutines log at once, through loggers made of each other?
func TestManyGoroutines(t *testing.T) {
	p, c := pair(t, 1<<20, true)
	log := slog.New(ringslog.NewHandler(p, slog.NewJSONHandler, nil))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			mine := log.With("g", g)
			for i := range 100 {
				mine.Info("m", "i", i)
			}
		})
	}
	wg.Wait()
	next := map[float64]float64{}
	for _, line := range lines(t, c) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if g := m["g"].(float64); m["i"] != next[g] {
			t.Fatalf("goroutine %v: record %v, expected %v", g, m["i"], next[g])
		} else {
			next[g]++
		}
	}
	if len(next) != 8 {
		t.Fatalf("records of %d goroutines", len(next))
	}
}

// Is a record too large for the ring an error, not a silence?
func TestTooLarge(t *testing.T) {
	p, _ := pair(t, 4096, false)
	h := ringslog.NewHandler(p, slog.NewTextHandler, nil)
	r := slog.Record{Message: string(bytes.Repeat([]byte("x"), 5000))}
	if err := h.Handle(t.Context(), r); !errors.Is(err, ring.ErrTooLarge) {
		t.Fatalf("got %v", err)
	}
}

func Example() {
	dir, _ := os.MkdirTemp("", "ringslog")
	defer os.RemoveAll(dir)
	p, err := ring.Create(filepath.Join(dir, "log"), ring.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	untimed := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	handler := ringslog.NewHandler(p, slog.NewTextHandler, untimed)
	log := slog.New(handler)
	log.Info("started", "port", 8080)
	log.Error("disk full")
	handler.Flush(context.Background()) // tells of records that were dropped last
	p.Close()

	// In another process:
	c, err := ring.Open(filepath.Join(dir, "log"), ring.ConsumerOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	for m, err := range c.All(context.Background()) {
		if err == nil && ringslog.Level(m) >= slog.LevelError {
			fmt.Printf("%s\n", m.Payload)
		}
	}
	// Output: level=ERROR msg="disk full"
}
