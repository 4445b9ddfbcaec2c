package ring

import (
	"context"
	"fmt"
	"time"
)

// Producer writes a ring's one stream. At most one process has it at a time, for which it holds a lock that the kernel
// drops when the process dies.
//
// One goroutine at a time may call its methods; Close and Stats may be called from any. A call that finds another
// in progress fails with ErrBusy where that is noticed, and it is not always.
type Producer struct {
	calls
	stream
	heads heads
	files *files

	// What only this process knows, and the next one works out anew.
	pos          uint64 // W: where the next record goes
	seq          uint64 // and its sequence number
	limit        uint64 // may write below this without asking
	primed       uint64 // the cache lines below this were taken in this lap
	ahead        ahead  // how many to take
	segEnd       uint64 // a record that starts at or after this is the first of its segment
	publishBelow uint64 // a record that ends, with the word behind it, below this may be published with no question asked; see setBelow
	batch        batch
	claim        int    // payload bytes of the open claim; noClaim: none
	granted      uint64 // reserved, as stored
	intends      uint64 // intent, as stored
	stall        stall
	wait         Wait

	extensions uint64
	examined   time.Time // when the file was last looked at
	gone       error     // what was found then
}

const noClaim = -1

// MaxMessage returns the size of the largest message, and of the largest claim, in bytes. The messages of one batch, each with its
// 16-byte header and padding, may come to 16 bytes more together; Append flushes before they exceed that.
func (p *Producer) MaxMessage() int { return int(p.maxPayload()) }

// Publish copies a message into the ring and makes it visible. It waits while a lossless consumer needs the space. The tag
// travels with the message and means what you like. payload is not kept.
//
// It fails with ErrTooLarge, ErrClosed, or because the file was truncated, deleted or replaced (see mmapfile, whose errors it
// wraps; a deletion is noticed within a second and a lap of the ring). When it fails nothing was published;
// only after a truncation is that uncertain.
func (p *Producer) Publish(tag uint32, payload []byte) error {
	if p.isBusy() {
		return p.publishAsking(unbounded, tag, payload)
	}
	p.hold()
	pos, n := p.pos, uint64(len(payload))
	end := pos + p.size(n)
	if p.isSpecial() || end+8 > p.publishBelow || n > piece {
		p.release()
		return p.publishAsking(unbounded, tag, payload)
	}
	// The hot path: put and flush without their questions, where nothing stands in the way (see publishBelow). For a message of 16 to 128 bytes
	// it calls no function, so that it stores no more than it must: while a consumer reads along, stores are what it waits for.
	records := p.records
	records.plant(end, 0) // P2, and first: it may be the one that waits for its line, and stores reach the caches in order
	copySmall(records.at(pos).from(headerSize), payload)
	records.storeSeq(pos, p.seq)
	records.commit(pos, commitWord(tag, n)) // C1
	p.pos = end
	p.seq++
	p.storeLast(pos, end) // C3
	if p.primed < end+p.ahead.least {
		p.prime()
	}
	if p.heads.waiting() { // C4
		p.wakeConsumers()
	}
	if p.faulted() {
		return p.leave(nil)
	}
	p.release()
	return nil
}

// PublishContext is Publish that gives up when ctx is done, with its error.
func (p *Producer) PublishContext(ctx context.Context, tag uint32, payload []byte) error {
	return p.publishAsking(ctx, tag, payload)
}

// TryPublish is Publish that does not wait: it fails with ErrFull.
func (p *Producer) TryPublish(tag uint32, payload []byte) error {
	return p.PublishContext(noWait, tag, payload)
}

func (p *Producer) publishAsking(ctx context.Context, tag uint32, payload []byte) (err error) {
	if err := p.enter(); err != nil {
		return err
	}
	if err = p.put(ctx, tag, payload); err == nil {
		p.flush()
	}
	return p.leave(err)
}

func (p *Producer) tooLarge(n uint64) error {
	return fmt.Errorf("%w: %d bytes, at most %d fit (capacity %d); make the ring larger or split the message",
		ErrTooLarge, n, p.maxPayload(), p.capacity)
}

// room sees to it that a record of size bytes, and the zero word behind it, may be written at pos.
func (p *Producer) room(ctx context.Context, size uint64) error {
	if p.claim != noClaim {
		return errClaimOpen
	}
	if p.batch.held != 0 && p.pos+size-p.batch.first > p.flushMax {
		p.flush()
	}
	if p.pos+size+8 > p.limit {
		return p.extend(ctx, p.pos+size+8)
	}
	return nil
}

// afterCommit wakes consumers if any sleep, and prepares the ground ahead.
func (p *Producer) afterCommit() {
	p.fence()
	if p.heads.waiting() { // C4
		p.wakeConsumers()
	}
	if p.primed < p.pos+p.ahead.least {
		p.prime()
	}
}

// ahead says how many bytes of cache lines in front of the newest record the producer takes away from the consumers, which have read
// them in the last lap: when fewer than least are its own, enough to make most. Where a prefetch takes a line, nothing waits for it, and
// it is asked for long before it is needed; elsewhere one store takes a line.
type ahead struct {
	least, most uint64
	prefetch    bool
}

func linesAhead(prefetch bool) ahead {
	if prefetch {
		return ahead{2048, 2560, true}
	}
	return ahead{512, 1536, false}
}

// prime takes the lines ahead that are not the producer's yet. Taken in a row they travel together; taken as messages need them they would
// be waited for one by one. It takes none at or above limit: there a consumer may be reading.
func (p *Producer) prime() {
	from := max(p.primed, (p.pos+8+cacheLine-1)&^(cacheLine-1))
	to := min(p.pos+p.ahead.most, p.limit) &^ (cacheLine - 1)
	if from >= to {
		return
	}
	p.primed = to
	if p.ahead.prefetch {
		prefetchLines(p.word(from), (to-from)/cacheLine)
		return
	}
	for ; from < to; from += cacheLine {
		p.plant(from, 0)
	}
}

// wakeConsumers wakes all that sleep. Clear, then bump: who sets waiting again after the clear sleeps on the new count.
func (p *Producer) wakeConsumers() {
	p.heads.clearWaiting()
	p.wakeAll()
}

func (p *Producer) wakeAll() {
	p.bumpWakes()
	add(&p.status().wakeups, 1)
	futexWake(p.wakes())
}

// unbounded, as a context, makes a call wait for as long as it takes.
var unbounded context.Context

// noWait, as a context, makes a call fail with ErrFull instead of waiting.
var noWait context.Context = doNotWait{}

type doNotWait struct{ context.Context }
