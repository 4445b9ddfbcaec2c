package demo

import (
	"errors"
	"testing"
	"time"
)

func message(seq uint64, stamp int64) []byte {
	m := make([]byte, 40)
	fill(m, seq, uint64(stamp))
	return m
}

func TestReceiverKeepsAccount(t *testing.T) {
	r := newReceiver()
	for seq := range uint64(1000) {
		r.take(message(seq, 0))
	}
	r.lose(500)
	for seq := uint64(1500); seq < 1600; seq++ {
		r.take(message(seq, r.clock.now()))
	}
	got := r.result()
	if got.Messages != 1100 || got.Lost != 500 || got.Wrong != 0 || got.Rate <= 0 || got.Latency.P50 <= 0 || got.Latency.Max > time.Minute {
		t.Errorf("%+v", got)
	}
}

func TestReceiverNoticesDisorder(t *testing.T) {
	for name, seqs := range map[string][]uint64{"repeated": {0, 1, 1}, "skipped": {0, 1, 3}, "swapped": {0, 2, 1}} {
		r := newReceiver()
		for _, seq := range seqs {
			r.take(message(seq, 0))
		}
		if r.result().Wrong == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

func TestVerdict(t *testing.T) {
	sent := &sent{Messages: 100}
	for _, c := range []struct {
		lossy bool
		got   received
		want  bool
	}{
		{false, received{Messages: 100}, true},
		{false, received{Messages: 99}, false},
		{false, received{Messages: 100, Wrong: 1}, false},
		{false, received{Messages: 90, Lost: 10}, false},
		{true, received{Messages: 90, Lost: 10}, true},
		{true, received{Messages: 90, Lost: 9}, false},
	} {
		if got := consumed(Part{Lossy: c.lossy}, sent, &c.got); got.OK != c.want {
			t.Errorf("lossy %v, %+v: ok %v", c.lossy, c.got, got.OK)
		}
	}
}

func TestReportIsWrongIfAnyoneIs(t *testing.T) {
	good, bad := Consumed{OK: true}, Consumed{}
	for _, r := range []Report{
		{Ring: Transported{Consumers: []Consumed{good, bad}}, Socket: Transported{Consumers: []Consumed{good}}},
		{Ring: Transported{Consumers: []Consumed{good}}, Socket: Transported{Consumers: []Consumed{bad}}},
	} {
		if r.conclude(); r.OK {
			t.Errorf("%+v", r)
		}
	}
	r := Report{Ring: Transported{Rate: 10, Consumers: []Consumed{good}}, Socket: Transported{Rate: 4}}
	if r.conclude(); !r.OK || r.Ratio != 2.5 {
		t.Errorf("%+v", r)
	}
}

func TestSenderSendsAllItCounts(t *testing.T) {
	r := newReceiver()
	s := newSender(40, func(m []byte) error { r.take(m); return nil })
	if err := s.run(2*time.Millisecond, 5*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	got := r.result()
	paced := s.sent.Messages - s.sent.AtFull
	if got.Messages != s.sent.Messages || got.Wrong != 0 || s.sent.AtFull == 0 || paced < 40 || paced > 50 {
		t.Errorf("sent %+v, received %+v", s.sent, got)
	}
}

func TestSenderStopsAtAnError(t *testing.T) {
	broken := errors.New("broken")
	s := newSender(40, func([]byte) error { return broken })
	if err := s.run(time.Hour, time.Hour); err != broken {
		t.Error(err)
	}
}

func TestPaceSuitsTheSize(t *testing.T) {
	for size, want := range map[int]int{16: 10_000, 64: 10_000, 1 << 20: 64, 1 << 30: 1} {
		if got := pace(size); got != want {
			t.Errorf("pace(%d) = %d, want %d", size, got, want)
		}
	}
}

func TestClocksAgree(t *testing.T) {
	a, b := newClock(), newClock()
	before, between, after := a.now(), b.now(), a.now()
	const alike = int64(100 * time.Microsecond)
	if between < before-alike || between > after+alike {
		t.Errorf("%d, %d, %d", before, between, after)
	}
}
