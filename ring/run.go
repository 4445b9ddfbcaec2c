package ring

import "sync/atomic"

// A run is what one look at the ring brought: a few messages, copied out together, checked together, delivered one by one.
// It spreads the cost of a call's bookkeeping, and of the check, over them.
const (
	runMessages = 64
	runBytes    = 16 << 10
)

type run struct {
	first  place               // of the run's first message
	words  [runMessages]uint64 // commit words; that of message seq is words[seq%runMessages]
	end    uint64              // sequence number after the last
	at     uint64              // where in buffer the next record is
	buffer []byte              // the records, as they lay in the ring
	next   uint64              // sequence number of the message to be delivered next; read from anywhere

	jumps   uint32 // odd while next jumps; else next and skipped belong together
	skipped uint64 // by how much next is ahead of the number of messages delivered
}

// newBuffer has a byte more behind it: an empty payload at its end still points into it.
func newBuffer(n uint64) []byte { return make([]byte, n, n+1) }

// restart empties the run; the next message to be delivered is at the given place.
func (r *run) restart(at place) {
	r.first, r.end, r.at = at, at.seq, 0
	if r.next != at.seq {
		r.jump(at.seq)
	}
}

// jump moves next without a delivery. However many goroutines were in it that should not, the last leaves jumps even.
func (r *run) jump(to uint64) {
	odd := r.jumps | 1
	storeFence32(&r.jumps, odd)
	storeRelease64(&r.skipped, r.skipped+to-r.next)
	storeRelease64(&r.next, to)
	storeRelease32(&r.jumps, odd+1)
}

// progress is the sequence number of the message to be delivered next, and how many were delivered.
func (r *run) progress() (next, received uint64) {
	for {
		jumps := atomic.LoadUint32(&r.jumps)
		next = atomic.LoadUint64(&r.next)
		received = next - atomic.LoadUint64(&r.skipped)
		if jumps%2 == 0 && jumps == atomic.LoadUint32(&r.jumps) {
			return next, received
		}
	}
}

// deliver makes the next message of the run the delivered one. It is not part of a call: it touches nothing shared.
func (c *Consumer) deliver() bool {
	r, m := &c.run, &c.message
	seq := r.next
	if seq == r.end || c.isClosing() {
		return false
	}
	w := r.words[seq%runMessages]
	at, n := r.at+headerSize, length(w)
	if at+n > uint64(len(r.buffer)) { // another goroutine is changing it
		return false
	}
	m.Seq, m.Tag, m.Payload = seq, tagOf(w), memoryOf(r.buffer).bytes(at, n)
	r.at += c.size(n)
	storeRelease64(&r.next, seq+1)
	return true
}

// delivered is the place after the message delivered last.
func (c *Consumer) delivered() place {
	r := &c.run
	at, next := r.first, atomic.LoadUint64(&r.next)
	for ; int64(next-at.seq) > 0; at.seq++ {
		at.pos += c.size(length(r.words[at.seq%runMessages]))
	}
	return at
}
