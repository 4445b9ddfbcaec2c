package ring_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

func lapIt(t *testing.T, p *ring.Producer, n int) {
	for range n {
		if err := p.Publish(0, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
}

// a loss asked for by FromSeq, then Seek to the end: nothing is lost there, but the old loss is told with the new place as Next.
func TestFoundSeekTellsOldLoss(t *testing.T) {
	path := t.TempDir() + "/r"
	p, _ := ring.Create(path, ring.Options{Capacity: 4096})
	lapIt(t, p, 1000)
	c, err := ring.Open(path, ring.ConsumerOptions{From: ring.FromSeq(0)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Seek(ring.Latest()); err != nil {
		t.Fatal(err)
	}
	lapIt(t, p, 1)
	m, err := c.TryNext()
	var l *ring.LappedError
	if errors.As(err, &l) {
		t.Fatalf("after Seek(Latest) told: lost %d, next %d: that range was read by nobody's wish", l.Lost, l.Next)
	}
	t.Log(m, err)
}

// a named consumer whose place is gone is told of the loss, or not: a process that opens and ends before reading swallows it.
func TestFoundLossOnResumeIsTold(t *testing.T) {
	for _, manual := range []bool{false, true} {
		path := t.TempDir() + "/r"
		p, _ := ring.Create(path, ring.Options{Capacity: 4096})
		lapIt(t, p, 3)
		o := ring.ConsumerOptions{Name: "x", ManualAck: manual}
		c, _ := ring.Open(path, o)
		c.TryNext()
		c.Ack()
		c.Close() // message 1 is due
		lapIt(t, p, 1000)
		c, _ = ring.Open(path, o)
		c.Close() // or kill -9: it was told nothing
		c, _ = ring.Open(path, o)
		m, err := c.TryNext()
		var l *ring.LappedError
		if !errors.As(err, &l) {
			t.Errorf("manual=%v: message 1 was due; got message %d, %v, and no word of the loss", manual, m.Seq, err)
		}
	}
}

// View while another goroutine closes.
func TestFoundViewAfterClose(t *testing.T) {
	path := t.TempDir() + "/r"
	p, _ := ring.Create(path, ring.Options{Capacity: 4096})
	lapIt(t, p, 3)
	c, _ := ring.Open(path, ring.ConsumerOptions{Lossless: true})
	c.Close()
	if _, err := c.View(1, func(*ring.Message) error { return nil }); !errors.Is(err, ring.ErrClosed) {
		t.Errorf("View after Close: %v, want ErrClosed", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := c.Next(ctx); !errors.Is(err, ring.ErrClosed) {
		t.Errorf("Next after Close: %v", err)
	}
}

// Beside a full ring: a call that found no space, or did not wait longer for it, left standing what it had announced, and a consumer that closed and came back
// was told of losses that were none.
func TestFoundFullRingLosesNothing(t *testing.T) {
	const all = 500
	giveUp, cancel := context.WithCancel(context.Background())
	cancel()
	for name, full := range map[string]func(p *ring.Producer) error{
		"TryPublish":     func(p *ring.Producer) error { return p.TryPublish(0, make([]byte, 100)) },
		"PublishContext": func(p *ring.Producer) error { return p.PublishContext(giveUp, 0, make([]byte, 100)) },
		"TryClaim":       func(p *ring.Producer) error { _, err := p.TryClaim(100); p.Commit(0, 100); return err },
	} {
		path := t.TempDir() + "/r"
		o := ring.ConsumerOptions{Name: "x", Lossless: true}
		p, _ := ring.Create(path, ring.Options{Capacity: 1 << 16})
		c, _ := ring.Open(path, o)
		sent := uint64(0)
		for full(p) == nil {
			sent++
		}
		c.Close()
		c, _ = ring.Open(path, o)
		for n := range sent {
			if m, err := c.TryNext(); err != nil || m.Seq != n {
				t.Fatalf("%s: message %d of %d: %v, %v", name, n, sent, m, err)
			}
		}
		if sent < all {
			t.Errorf("%s: only %d messages fit", name, sent)
		}
		c.Close()
		p.Close()
	}
}
