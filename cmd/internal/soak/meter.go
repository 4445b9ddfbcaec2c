package soak

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Sample is what a process says of itself at the end of an interval. Latencies are of that interval, in nanoseconds; 0: it had none.
type Sample struct {
	Seconds     float64 `json:"seconds"` // since its beginning
	Messages    uint64  `json:"messages"`
	Lost        uint64  `json:"lost"`
	Memory      uint64  `json:"memory"` // bytes resident, those of the ring included
	Descriptors int     `json:"descriptors"`
	P50         int64   `json:"p50"`
	P99         int64   `json:"p99"`
	P999        int64   `json:"p999"`
	Max         int64   `json:"max"`
}

const longest = int64(100e9) // nanoseconds that the histogram has room for

// meter measures a process.
type meter struct {
	out      *json.Encoder
	interval time.Duration
	began    time.Time
	next     time.Duration
	messages uint64
	lost     uint64
	latency  *hdrhistogram.Histogram
}

func newMeter(interval time.Duration, out io.Writer) *meter {
	return &meter{out: json.NewEncoder(out), interval: interval, began: time.Now(), next: interval, latency: hdrhistogram.New(1, longest, 3)}
}

func (m *meter) count() { m.messages++ }

// tell tells of the interval if it is over. Garbage is collected first: these processes make so little of it that for an hour or more Go
// does not, and meanwhile memory would seem to leak.
func (m *meter) tell() error {
	gone := time.Since(m.began)
	if gone < m.next {
		return nil
	}
	m.next += m.interval
	s := Sample{Seconds: gone.Seconds(), Messages: m.messages, Lost: m.lost}
	runtime.GC()
	var err error
	if s.Descriptors, err = descriptors(); err != nil {
		return err
	}
	if s.Memory, err = resident(); err != nil {
		return err
	}
	if h := m.latency; h.TotalCount() > 0 {
		s.P50, s.P99, s.P999, s.Max = h.ValueAtQuantile(50), h.ValueAtQuantile(99), h.ValueAtQuantile(99.9), h.Max()
		h.Reset()
	}
	m.messages, m.lost = 0, 0
	return m.out.Encode(s)
}

// resident is how much memory this process has, in bytes.
func resident() (uint64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	var size, pages uint64
	if _, err := fmt.Sscan(string(text), &size, &pages); err != nil {
		return 0, fmt.Errorf("/proc/self/statm says %q: %w", text, err)
	}
	return pages * uint64(os.Getpagesize()), nil
}
