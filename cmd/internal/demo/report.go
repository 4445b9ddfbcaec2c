package demo

import "time"

// Report is what the demo found.
type Report struct {
	Size   int         `json:"size"`
	Pace   int         `json:"pace"` // messages a second while latencies were measured
	Ring   Transported `json:"ring"`
	Socket Transported `json:"socket"`
	Ratio  float64     `json:"ratio"` // of the ring's rate to the socket's
	OK     bool        `json:"ok"`
}

// Transported is what went through a ring, or through sockets.
type Transported struct {
	Published uint64     `json:"published"`
	Seconds   float64    `json:"seconds"` // at full speed
	Rate      float64    `json:"rate"`    // messages a second then
	Consumers []Consumed `json:"consumers"`
}

// Consumed is what a consumer got.
type Consumed struct {
	Consumer int     `json:"consumer"`
	Mode     string  `json:"mode"`
	Received uint64  `json:"received"`
	Lost     uint64  `json:"lost"`
	Wrong    uint64  `json:"wrong"`
	Rate     float64 `json:"rate"`
	Latency  Latency `json:"latency"`
	OK       bool    `json:"ok"` // every message is accounted for and was whole and in order
}

// Latency is the time from before a message is sent until it has been received and checked.
type Latency struct {
	P50 time.Duration `json:"p50_ns"`
	P99 time.Duration `json:"p99_ns"`
	Max time.Duration `json:"max_ns"`
}

// consumed judges what a consumer got of what was sent.
func consumed(p Part, sent *sent, r *received) Consumed {
	c := Consumed{
		Consumer: p.Number, Mode: "lossless", Received: r.Messages, Lost: r.Lost, Wrong: r.Wrong, Rate: r.Rate, Latency: r.Latency,
	}
	if p.Lossy {
		c.Mode = "lossy"
	}
	c.OK = r.Wrong == 0 && r.Messages+r.Lost == sent.Messages && (p.Lossy || r.Lost == 0)
	return c
}

// conclude compares the two and judges the whole.
func (r *Report) conclude() {
	r.OK = true
	for _, c := range append(r.Ring.Consumers[:len(r.Ring.Consumers):len(r.Ring.Consumers)], r.Socket.Consumers...) {
		r.OK = r.OK && c.OK
	}
	if r.Socket.Rate > 0 {
		r.Ratio = r.Ring.Rate / r.Socket.Rate
	}
}
