package stats

import (
	"fmt"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	highest = int64(100e9) // 100 s, in nanoseconds
	figures = 3
)

// Histogram counts latencies in nanoseconds, to three significant figures.
type Histogram struct{ h *hdrhistogram.Histogram }

// NewHistogram returns an empty one.
func NewHistogram() *Histogram { return &Histogram{hdrhistogram.New(1, highest, figures)} }

// Record counts a latency; what is out of range counts as the nearest that is not.
func (h *Histogram) Record(ns int64) { h.h.RecordValue(min(max(ns, 1), highest)) }

// Count is how many were recorded.
func (h *Histogram) Count() int64 { return h.h.TotalCount() }

// Quantile is the latency that the given share, 0 to 1, does not exceed.
func (h *Histogram) Quantile(q float64) float64 { return float64(h.h.ValueAtQuantile(q * 100)) }

// Max is the highest latency.
func (h *Histogram) Max() float64 { return float64(h.h.Max()) }

// Merge adds what the other has counted.
func (h *Histogram) Merge(other *Histogram) { h.h.Merge(other.h) }

// MarshalText encodes it in HdrHistogram's own portable form.
func (h *Histogram) MarshalText() ([]byte, error) {
	return h.h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
}

// UnmarshalText decodes what MarshalText has encoded.
func (h *Histogram) UnmarshalText(text []byte) (err error) {
	if h.h, err = hdrhistogram.Decode(text); err != nil {
		return fmt.Errorf("latency histogram: %w", err)
	}
	return nil
}
