package ringio_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringio"
)

func pair(t testing.TB, capacity int, o ring.ConsumerOptions) (*ring.Producer, *ring.Consumer) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stream")
	p, err := ring.Create(path, ring.Options{Capacity: capacity})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c, err := ring.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return p, c
}

// Does a stream many times as large as the ring, in pieces of all sizes up to several largest messages, arrive as it was?
func TestStreamArrivesWhole(t *testing.T) {
	p, c := pair(t, 4096, ring.ConsumerOptions{Lossless: true})
	sent := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(sent)
	go func() {
		w := ringio.NewWriter(t.Context(), p, 7)
		for rest := sent; len(rest) > 0; {
			n := min(rand.IntN(4*p.MaxMessage()), len(rest))
			if m, err := w.Write(rest[:n]); m != n || err != nil {
				t.Errorf("wrote %d of %d: %v", m, n, err)
				return
			}
			rest = rest[n:]
		}
		p.Close()
	}()
	var got bytes.Buffer
	if _, err := io.Copy(&got, ringio.NewReader(t.Context(), c)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), sent) {
		t.Fatalf("%d bytes arrived, not the %d that were sent", got.Len(), len(sent))
	}
}

// Does Read obey io.Reader in all its corners?
func TestReadObeysTheInterface(t *testing.T) {
	p, c := pair(t, 1<<16, ring.ConsumerOptions{})
	w := ringio.NewWriter(t.Context(), p, 0)
	fmt.Fprint(w, "one ")
	fmt.Fprint(w, "")
	fmt.Fprint(w, "two")
	p.Close()
	if err := iotest.TestReader(ringio.NewReader(t.Context(), c), []byte("one two")); err != nil {
		t.Fatal(err)
	}
}

// Is a gap in the stream told, and can reading go on after it?
func TestReadTellsOfLoss(t *testing.T) {
	p, c := pair(t, 4096, ring.ConsumerOptions{})
	w := ringio.NewWriter(t.Context(), p, 0)
	for range 1000 {
		fmt.Fprint(w, "lost")
	}
	r := ringio.NewReader(t.Context(), c)
	var lapped *ring.LappedError
	if _, err := r.Read(make([]byte, 4)); !errors.As(err, &lapped) || lapped.Lost == 0 {
		t.Fatalf("got %v, want a loss", err)
	}
	if n, err := r.Read(make([]byte, 4)); n != 4 || err != nil {
		t.Fatalf("after the loss: %d bytes, %v", n, err)
	}
}

// Does a reader that waits give up with its context?
func TestReadGivesUp(t *testing.T) {
	_, c := pair(t, 4096, ring.ConsumerOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ringio.NewReader(ctx, c).Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

// Does a writer that waits give up with its context, saying how much was published; and does all of that arrive, and what is written later?
func TestWriteGivesUp(t *testing.T) {
	p, c := pair(t, 4096, ring.ConsumerOptions{Lossless: true})
	sent := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{2}).Read(sent)
	ctx, cancel := context.WithCancel(t.Context())
	type result struct {
		n   int
		err error
	}
	done := make(chan result)
	go func() {
		n, err := ringio.NewWriter(ctx, p, 0).Write(sent)
		done <- result{n, err}
	}()
	for p.Stats().Blocked == 0 { // it waits
		runtime.Gosched()
	}
	cancel()
	r := <-done
	if !errors.Is(r.err, context.Canceled) || r.n == 0 || r.n == len(sent) {
		t.Fatalf("wrote %d of %d bytes: %v", r.n, len(sent), r.err)
	}
	var got bytes.Buffer
	go func() {
		defer p.Close()
		if _, err := ringio.NewWriter(t.Context(), p, 0).Write(sent[r.n:]); err != nil {
			t.Error(err)
		}
	}()
	if _, err := io.Copy(&got, ringio.NewReader(t.Context(), c)); err != nil || !bytes.Equal(got.Bytes(), sent) {
		t.Fatalf("%d of %d bytes arrived: %v", got.Len(), len(sent), err)
	}
}

func Example() {
	dir, _ := os.MkdirTemp("", "ringio")
	defer os.RemoveAll(dir)
	p, err := ring.Create(filepath.Join(dir, "text"), ring.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := ring.Open(filepath.Join(dir, "text"), ring.ConsumerOptions{Lossless: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Fprintf(ringio.NewWriter(context.Background(), p, 0), "%d bottles\n", 99)
	p.Close() // the end of the stream
	io.Copy(os.Stdout, ringio.NewReader(context.Background(), c))
	// Output: 99 bottles
}
