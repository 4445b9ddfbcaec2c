//go:build linux

package worker

import (
	"errors"
	"testing"
	"time"

	"github.com/mmring/mmring/bench/internal/clock"
)

// diary is a sender that notes when it was told to send.
type diary struct {
	sent    []int64
	flushes int
	fail    error
}

func (d *diary) Send(_, _ uint64) error { d.sent = append(d.sent, clock.Now()); return d.fail }
func (d *diary) Flush() error           { d.flushes++; return nil }
func (d *diary) Close() error           { return nil }

func dripping(rate float64, burst, count uint64) (*party, *diary) {
	d := new(diary)
	p := newDetached(&Job{Kind: Load, Rate: rate, Burst: burst, Count: count})
	p.sender = d
	return p, d
}

func TestScheduleIsFixed(t *testing.T) {
	p, _ := dripping(1000, 0, 0)
	s := Schedule{Start: 5_000}
	for seq, want := range map[uint64]int64{0: 5_000, 1: 1_005_000, 1000: 1_000_005_000, 86_400_000: 86_400_000_005_000} {
		if got := p.due(seq, s); got != want {
			t.Errorf("message %d is due at %d, want %d", seq, got, want)
		}
	}
}

func TestScheduleOfBursts(t *testing.T) {
	p, _ := dripping(1000, 10, 0)
	for seq, want := range map[uint64]int64{0: 0, 9: 0, 10: 10_000_000, 19: 10_000_000, 20: 20_000_000} {
		if got := p.due(seq, Schedule{}); got != want {
			t.Errorf("message %d is due at %d, want %d", seq, got, want)
		}
	}
}

func TestNothingIsSentBeforeItIsDue(t *testing.T) {
	for _, burst := range []uint64{0, 5} {
		p, d := dripping(1e5, burst, 50)
		start := clock.Now()
		w := &window{Schedule: Schedule{start, start, start + int64(time.Minute)}}
		if n, err := p.drip(w); n != 50 || err != nil {
			t.Fatal(n, err)
		}
		for seq, at := range d.sent {
			if due := p.due(uint64(seq), w.Schedule); at < due {
				t.Errorf("message %d was sent %d ns early", seq, due-at)
			}
		}
	}
}

// A producer that comes late sends everything that is due, at once: the load does not wait.
func TestNothingIsLeftOut(t *testing.T) {
	p, d := dripping(1e6, 0, 0)
	late := clock.Now() - int64(time.Second)
	w := &window{Schedule: Schedule{late, late, late + int64(10*time.Millisecond)}}
	w.To = clock.Now() + int64(time.Hour) // it is late for the messages, not for the window
	p.job.Count = 10_000
	if n, err := p.drip(w); n != 10_000 || err != nil {
		t.Fatal(n, err)
	}
	if len(d.sent) != 10_000 {
		t.Errorf("%d messages were sent, want 10000", len(d.sent))
	}
	if d.flushes != 1 {
		t.Errorf("%d flushes, want 1: there was nothing to wait for", d.flushes)
	}
}

func TestFailureEndsTheDrip(t *testing.T) {
	p, d := dripping(1e6, 0, 10)
	d.fail = errors.New("no")
	now := clock.Now()
	if _, err := p.drip(&window{Schedule: Schedule{now, now, now + int64(time.Minute)}}); err != d.fail {
		t.Errorf("got %v", err)
	}
}

func TestWindowCountsOnlyWhatIsInIt(t *testing.T) {
	w := &window{Schedule: Schedule{Start: 0, From: 100, To: 200}}
	for now, n := int64(50), uint64(0); now <= 250; now, n = now+50, n+10 {
		w.look(now, n)
	}
	var o Outcome
	w.into(&o, 40)
	if o.Counted != 20 || o.Total != 40 {
		t.Errorf("%d of %d messages count, want 20 of 40", o.Counted, o.Total)
	}
}
