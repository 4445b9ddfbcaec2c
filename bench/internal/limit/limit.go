//go:build linux

// Package limit measures what the hardware allows two processes at best, with as little code as possible: a counter passed
// back and forth through two cache lines, and 64-byte lines streamed through a ring of 1 MiB whose counter is published
// every 4 KiB. All other figures are also given as ratios to these.
package limit

import (
	"sync/atomic"
	"time"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/stats"
)

const (
	stop  = 1 << 63
	trips = 100 // between two looks at the clock
)

// Limit is what the hardware allows between two cores. Both figures are medians of short stretches.
type Limit struct {
	RoundTrip   float64 `json:"round_trip_ns"`
	Lines       float64 `json:"lines_per_second"` // 64-byte lines, each written and read
	Interrupted float64 `json:"interrupted"`      // share of the time that went to something else
}

// stretches are how long each stretch of a loop took.
type stretches []float64

// typical is the median, and which share of the time the others took beyond it: that of interruptions.
func (s stretches) typical() (median, beyond float64) {
	var sum float64
	for _, one := range s {
		sum += one
	}
	median = stats.Summarize(s).Median
	return median, max(1-median*float64(len(s))/sum, 0)
}

// Lead runs the probe's active side, for the given time each, and returns what it found. Follow must run beside it.
func Lead(memory []byte, each time.Duration) (l Limit) {
	m := view(memory)
	m.lead(each / 4) // warm-up
	trip, lost := m.lead(each).typical()
	atomic.StoreUint64(m.ping, stop)
	ring, lostToo := m.write(each).typical()
	return Limit{RoundTrip: trip / trips, Lines: capacity / 64 / ring * 1e9, Interrupted: max(lost, lostToo)}
}

// Follow runs the probe's passive side, and returns when Lead is done. The sum keeps the reads from being optimised away.
func Follow(memory []byte) (sum uint64) {
	m := view(memory)
	m.follow()
	return m.read()
}

// lead passes a counter there and back. The stores are plain: this is a bound, and one word needs no order.
func (m *shared) lead(each time.Duration) (times stretches) {
	ping, pong := m.ping, m.pong
	n := *ping
	for now, end := clock.Now(), clock.Now()+int64(each); now < end; {
		began := now
		for range trips {
			n++
			*ping = n
			for atomic.LoadUint64(pong) != n {
			}
		}
		now = clock.Now()
		times = append(times, float64(now-began))
	}
	return times
}

// follow passes the counter back.
func (m *shared) follow() {
	ping, pong := m.ping, m.pong
	for last := uint64(0); ; {
		n := atomic.LoadUint64(ping)
		if n == last {
			continue
		}
		if n == stop {
			return
		}
		*pong, last = n, n
	}
}

// write streams lines, a ring full in each stretch. Positions count bytes.
func (m *shared) write(each time.Duration) (times stretches) {
	at := uint64(0)
	for now, end := clock.Now(), clock.Now()+int64(each); now < end; {
		began := now
		for until := at + capacity; at < until; at += page {
			for atomic.LoadUint64(m.head)+capacity <= at {
			}
			m.writePage(at)
			atomic.StoreUint64(m.tail, at+page)
		}
		now = clock.Now()
		times = append(times, float64(now-began))
	}
	for atomic.LoadUint64(m.head) != at {
	}
	atomic.StoreUint64(m.tail, stop)
	return times
}

func (m *shared) writePage(at uint64) {
	for until := at + page; at < until; at += 64 {
		l := &m.ring[at%capacity/64]
		l[0], l[1], l[2], l[3], l[4], l[5], l[6], l[7] = at, at, at, at, at, at, at, at
	}
}

// read reads the lines.
func (m *shared) read() (sum uint64) {
	for at := uint64(0); ; {
		tail := atomic.LoadUint64(m.tail)
		if tail == stop {
			return sum
		}
		for ; at < tail; at += 64 {
			l := &m.ring[at%capacity/64]
			sum += l[0] + l[1] + l[2] + l[3] + l[4] + l[5] + l[6] + l[7]
		}
		atomic.StoreUint64(m.head, at)
	}
}
