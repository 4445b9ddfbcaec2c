package ring

import "context"

// A batch is what was appended and not flushed yet. Its first commit word is held back: one store makes all of it exist. Small messages
// are gathered in memory of the producer's own, where nothing faults and nobody reads, and reach the ring together.
type batch struct {
	held       uint64   // the commit word held back; 0: nothing appended
	first      uint64   // where it goes, or where a batch may begin
	newest     uint64   // the newest record
	anchors    []uint64 // the records that are the first of their segment
	stageBelow uint64   // a record that ends, with the word behind it, below this may be staged with no question asked; see setBelow
	from       uint64   // what lies in [from, pos) is in staged, not in the ring
	staged     []byte
}

// stagedBytes is how much is gathered before it is copied into the ring.
const stagedBytes = 16 << 10

// Append writes a message without making it visible; Flush, or any call that publishes, makes all appended messages visible
// at once. It waits for space like Publish, and fails like it. It flushes first when the batch would become too large (see MaxMessage) or
// when it has to wait. payload is not kept.
func (p *Producer) Append(tag uint32, payload []byte) error {
	if p.isBusy() {
		return p.AppendContext(unbounded, tag, payload)
	}
	p.hold()
	// The hot path: it touches nothing that is shared with other processes and, unless isSpecial, with Close.
	b := &p.batch
	if !p.isSpecial() && b.held == 0 && b.first != p.pos {
		p.setBelow()
	}
	pos, n := p.pos, uint64(len(payload))
	end := pos + p.size(n)
	if p.isSpecial() || end+8 > b.stageBelow {
		p.release()
		return p.AppendContext(unbounded, tag, payload)
	}
	record, word := memoryOf(b.staged).from(pos-b.from), commitWord(tag, n)
	copySmall(record.from(headerSize), payload)
	record.setHeader(0, word, p.seq)
	if b.held == 0 {
		b.held, p.publishBelow = word, 0
	}
	b.newest = pos
	p.pos = end
	p.seq++
	p.release()
	return nil
}

// AppendContext is Append that gives up when ctx is done, with its error.
func (p *Producer) AppendContext(ctx context.Context, tag uint32, payload []byte) (err error) {
	if err := p.enter(); err != nil {
		return err
	}
	err = p.put(ctx, tag, payload)
	return p.leave(err)
}

// spill copies what is staged into the ring, except for the commit word that is held back.
func (p *Producer) spill() {
	b := &p.batch
	if b.held == 0 || b.from == p.pos {
		return
	}
	p.plant(p.pos, 0) // P2
	from := uint64(0)
	if b.from == b.first {
		from = 8
	}
	copyRecords(p.bytes(b.from, p.pos-b.from)[from:], b.staged[from:p.pos-b.from])
	b.from = p.pos
}

// put appends a copy of payload, directly in the ring.
func (p *Producer) put(ctx context.Context, tag uint32, payload []byte) error {
	n := uint64(len(payload))
	if n > p.maxPayload() {
		return p.tooLarge(n)
	}
	size := p.size(n)
	if err := p.room(ctx, size); err != nil {
		return err
	}
	p.spill()
	p.plant(p.pos+size, 0) // P2
	copyIn(p.payload(p.pos, n), payload)
	p.append(commitWord(tag, n), size)
	return nil
}

// append finishes the record at pos, whose payload and the zero behind it are written, and links it to the batch. Nobody sees it
// before flush.
func (p *Producer) append(word, size uint64) {
	b := &p.batch
	p.storeSeq(p.pos, p.seq)
	if b.held == 0 {
		b.first, b.held = p.pos, word
	} else {
		p.plant(p.pos, word)
	}
	if p.pos >= p.segEnd {
		b.anchors = append(b.anchors, p.pos)
		p.segEnd = p.pos&^(p.segment-1) + p.segment
	}
	b.newest = p.pos
	p.pos += size
	p.seq++
	b.from = p.pos
	if b.staged == nil {
		b.staged = make([]byte, min(stagedBytes, p.flushMax))
	}
	p.setBelow()
}

// setBelow works out stageBelow and publishBelow: up to there space is granted, no record starts a segment or is too long, no claim is open
// and, to publish, no batch; what is staged fits there, and the batch is not too large. Where no batch is, one may start here.
func (p *Producer) setBelow() {
	b := &p.batch
	p.publishBelow, b.stageBelow = 0, 0
	if p.claim != noClaim {
		return
	}
	below := min(p.limit, p.segEnd)
	if b.held == 0 {
		b.first, b.from = p.pos, p.pos
		p.publishBelow = min(below, p.pos+p.flushMax)
	}
	b.stageBelow = min(below, b.first+p.flushMax+8, b.from+uint64(len(b.staged))+8)
}

// Flush makes all appended messages visible at once: consumers see all of them or, if this process dies first, none.
func (p *Producer) Flush() (err error) {
	if err := p.enter(); err != nil {
		return err
	}
	if p.claim != noClaim {
		err = errClaimOpen
	} else {
		p.flush()
	}
	return p.leave(err)
}

func (p *Producer) flush() {
	b := &p.batch
	if b.held == 0 {
		return
	}
	p.spill()
	p.commit(b.first, b.held) // C1
	b.held = 0
	if len(b.anchors) != 0 {
		p.flushAnchors() // C2
	}
	p.storeLast(b.newest, p.pos) // C3
	p.setBelow()
	p.afterCommit()
}

// flushAnchors publishes where the first records of new segments are, after they exist.
func (p *Producer) flushAnchors() {
	for _, a := range p.batch.anchors {
		p.storeAnchor(a)
	}
	p.batch.anchors = p.batch.anchors[:0]
}
