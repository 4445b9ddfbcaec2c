package ring

import "sync/atomic"

// A run is what one look at the ring brought: a few messages, copied out together, checked together, delivered one by one.
// It spreads the cost of a call's bookkeeping, and of the check, over them.
const (
	runMessages = 64
	runBytes    = 16 << 10
)

type run struct {
	first  place               // of words[0]
	words  [runMessages]uint64 // commit words; those at next and after are still to be delivered
	n      uint32
	next   uint32 // moved by deliver, read by Close and Stats from anywhere
	at     uint64 // where in buffer the next record is
	buffer []byte // the records, as they lay in the ring
}

// restart empties the run; the next message to be delivered is at the given place.
func (r *run) restart(at place) {
	r.first.pos = at.pos
	storeRelease64(&r.first.seq, at.seq)
	storeRelease32(&r.next, 0)
	r.n, r.at = 0, 0
}

// deliver makes the next message of the run the delivered one. It is not part of a call: it touches nothing shared.
func (c *Consumer) deliver() bool {
	r, m := &c.run, &c.message
	next := r.next
	if next == r.n || c.isClosing() {
		return false
	}
	w := r.words[next%runMessages]
	n := length(w)
	at := r.at + headerSize
	m.Seq, m.Tag, m.Payload = r.first.seq+uint64(next), tagOf(w), r.buffer[at:at+n:at+n]
	r.at += c.size(n)
	storeRelease32(&r.next, next+1)
	c.count.receive()
	return true
}

// delivered is the place after the message delivered last.
func (c *Consumer) delivered() place {
	r := &c.run
	next := atomic.LoadUint32(&r.next)
	at := place{r.first.pos, r.first.seq + uint64(next)}
	for _, w := range r.words[:next] {
		at.pos += c.size(length(w))
	}
	return at
}

// counts are the consumer's own, and may be read from any goroutine.
type counts struct {
	received, lost, laps uint64
	lossless             uint32
}

func (c *counts) receive() { storeRelease64(&c.received, c.received+1) }

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

// stats reads them, and from r where the next message is.
func (c *counts) stats(r *run) ConsumerStats {
	return ConsumerStats{
		Received: atomic.LoadUint64(&c.received),
		Lost:     atomic.LoadUint64(&c.lost),
		Laps:     atomic.LoadUint64(&c.laps),
		NextSeq:  atomic.LoadUint64(&r.first.seq) + uint64(atomic.LoadUint32(&r.next)),
		Lossless: atomic.LoadUint32(&c.lossless) != 0,
	}
}
