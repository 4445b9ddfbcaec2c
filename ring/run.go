package ring

import "sync/atomic"

// A run is what one look at the ring brought: a few messages, copied out together and believed together, delivered one by one. It spreads the
// cost of a call's bookkeeping over them. Their headers are read in the copy alone, which nobody else can change any more.
const (
	runMessages = 64
	runBytes    = 16 << 10
)

// oneDone counts a message in run.done, above the bytes: one word says both, so that whoever closes the consumer meanwhile finds them together.
const oneDone = 1 << 40

type run struct {
	first   place  // of the run's first message; after a View, which has no run, that of the next
	records []byte // as they lay in the ring
	done    uint64 // what was delivered: bytes of records, and from oneDone on their number; read from anywhere
	next    uint64 // sequence number of the message to be delivered next; read from anywhere
	buffer  []byte // where records are copied to

	jumps   uint32 // odd while next jumps; else next and skipped belong together
	skipped uint64 // by how much next is ahead of the number of messages delivered
}

// newBuffer has a header more behind it: an empty payload at its end still points into it, and so does a header that is none.
func newBuffer(n uint64) []byte { return make([]byte, n, n+headerSize) }

// restart empties the run; the next message to be delivered is at the given place.
func (r *run) restart(at place) {
	r.first, r.records = at, r.buffer[:0]
	storeRelease64(&r.done, 0)
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

// exhausted reports whether all messages of the run were delivered.
func (r *run) exhausted() bool { return r.at() >= uint64(len(r.records)) }

// at is where in records the next message is.
func (r *run) at() uint64 { return r.done % oneDone }

// cut ends the run where the next message would be. If that is not the end, something changed between counting and copying it, and the next
// fetch says so.
func (c *Consumer) cut() {
	r := &c.run
	r.records = r.records[:r.at()]
	at := c.delivered()
	c.head, c.seq = at.pos, at.seq
}

// delivered is the place after the message delivered last. It reads no record: those delivered are the user's to change.
func (c *Consumer) delivered() place {
	done := atomic.LoadUint64(&c.run.done)
	return place{c.run.first.pos + done%oneDone, c.run.first.seq + done/oneDone}
}
