package ring

import (
	"sync/atomic"
	"time"
)

// ProducerStats says what a producer has done. Counts are over the life of the ring; a producer that was killed may have left out what it
// did last, because it counts a thing after it is done: one too few for each such death, never one too many. It is made for
// expvar.Func: any goroutine may ask for it, and its names in JSON stay.
type ProducerStats struct {
	NextSeq    uint64        `json:"next_seq"`   // sequence number of the next message
	Tail       uint64        `json:"tail"`       // position where the next record goes: bytes written, headers and padding included
	Generation uint64        `json:"generation"` // how often a producer has started on this ring, this one included
	Blocked    time.Duration `json:"blocked_ns"` // time spent waiting for lossless consumers
	Demoted    uint64        `json:"demoted"`    // lossless consumers that became lossy because they held the producer up too long
	Freed      uint64        `json:"freed"`      // lossless consumers found dead while they held the producer up
	Wakeups    uint64        `json:"wakeups"`    // system calls made to wake sleeping consumers
}

// Stats may be called from any goroutine. NextSeq and Tail count what is visible. After Close it is all zero.
func (p *Producer) Stats() (s ProducerStats) {
	p.files.unmapping.RLock()
	defer p.files.unmapping.RUnlock()
	if p.mem != nil {
		s = p.producerStats()
	}
	return s
}

// producerStats reads what the producer says about itself.
func (s *stream) producerStats() ProducerStats {
	st := s.status()
	stats := ProducerStats{
		Generation: load(&st.generation),
		Blocked:    time.Duration(load(&st.blockedNS)),
		Demoted:    load(&st.demoted),
		Freed:      load(&st.freed),
		Wakeups:    load(&st.wakeups),
	}
	if end, err := s.end(); err == nil {
		stats.NextSeq, stats.Tail = end.seq, end.pos
	}
	return stats
}

// ConsumerStats says what a consumer has seen. Like ProducerStats it is made for expvar.Func.
type ConsumerStats struct {
	Received uint64 `json:"received"` // messages delivered
	Lost     uint64 `json:"lost"`     // messages it was told it lost
	Laps     uint64 `json:"laps"`     // how often it was told so
	NextSeq  uint64 `json:"next_seq"` // sequence number of the next message to be delivered
	Lossless bool   `json:"lossless"` // the producer waits for it: false too after a demotion
}

// Stats may be called from any goroutine, also after Close.
func (c *Consumer) Stats() ConsumerStats { return c.count.stats(&c.run) }

// counts are the consumer's own, and may be read from any goroutine.
type counts struct {
	lost, laps uint64
	lossless   uint32
}

func (c *counts) lose(n uint64) {
	storeRelease64(&c.lost, c.lost+n)
	storeRelease64(&c.laps, c.laps+1)
}

// setLossless says whether the producer waits for this consumer.
func (c *counts) setLossless(yes bool) {
	var v uint32
	if yes {
		v = 1
	}
	storeRelease32(&c.lossless, v)
}

func (c *counts) isLossless() bool { return atomic.LoadUint32(&c.lossless) != 0 }

// stats reads them, and from r how far the consumer is.
func (c *counts) stats(r *run) ConsumerStats {
	next, received := r.progress()
	return ConsumerStats{
		Received: received,
		Lost:     atomic.LoadUint64(&c.lost),
		Laps:     atomic.LoadUint64(&c.laps),
		NextSeq:  next,
		Lossless: c.isLossless(),
	}
}

// Lag is how far a consumer is behind the end of the stream.
type Lag struct {
	Messages uint64
	Bytes    uint64 // in the ring: headers and padding included
}

// Lag says how much is published that this consumer has not been given.
func (c *Consumer) Lag() (lag Lag, err error) {
	if err := c.enter(); err != nil {
		return lag, err
	}
	var end place
	if end, err = c.end(); err == nil {
		next := c.delivered()
		lag = Lag{end.seq - next.seq, end.pos - next.pos}
	}
	return lag, c.leave(err)
}
