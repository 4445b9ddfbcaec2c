//go:build linux

package attach

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

func TestWaitsForTheRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "later")
	if err := os.WriteFile(path, []byte("half made"), 0o644); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error)
	go func() {
		c, err := Wait(context.Background(), func() (*ring.Consumer, error) { return ring.Open(path, ring.ConsumerOptions{}) })
		if err == nil {
			err = c.Close()
		}
		opened <- err
	}()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p, err := ring.Create(path, ring.Options{Capacity: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := <-opened; err != nil {
		t.Error(err)
	}
}

func TestGivesUp(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := Wait(ctx, func() (*ring.Consumer, error) {
		return ring.Open(filepath.Join(t.TempDir(), "never"), ring.ConsumerOptions{})
	}); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestSaysWhatIsNoRing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(path, []byte("no ring"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Wait(context.Background(), func() (*ring.Consumer, error) { return ring.Open(path, ring.ConsumerOptions{}) }); !errors.Is(err, ring.ErrNotRing) {
		t.Error(err)
	}
}
