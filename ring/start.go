package ring

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

func newProducer(f *files, g geometry, o *Options) *Producer {
	p := &Producer{files: f, stream: newStream(f.streamMem.Bytes(), g), wait: o.Wait, claim: noClaim, ahead: linesAhead(prefetchTakes)}
	p.heads = heads{g, f.headsMem.Bytes()}
	return p
}

// start works out from the ring alone where the stream ends, and opens it. What an earlier producer announced or granted
// is not believed: only committed records are.
func (p *Producer) start() (err error) {
	p.register()
	if p.capacity <= prefaultMost {
		p.files.prefault()
	}
	if err = p.findEnd(); err == nil {
		p.announceStart()
	}
	return cmp.Or(p.files.lost(), err)
}

// findEnd walks from the newest record that was named to the newest that was committed.
func (p *Producer) findEnd() error {
	at := p.last()
	if at%p.align != 0 || p.lapped(p.reserved(), at) || p.reserved()-at < 8 {
		return fmt.Errorf("%w: its newest record is said to be at %d, with %d reserved", ErrCorrupt, at, p.reserved())
	}
	p.granted, p.batch.newest, p.seq, p.segEnd = p.reserved(), at, p.firstSeq, p.origin
	for first := true; ; first = false {
		w := p.loadCommit(at)
		if !committed(w) {
			if w != 0 || first && at != p.origin {
				return fmt.Errorf("%w: no record ends at %d", ErrCorrupt, at)
			}
			break
		}
		end, seq := at+p.size(length(w)), p.loadSeq(at)
		if length(w) > p.maxPayload() || p.granted-at < end+8-at || !first && seq != p.seq {
			return fmt.Errorf("%w: bad record at %d (length %d, seq %d)", ErrCorrupt, at, length(w), seq)
		}
		if !first && at >= p.segEnd {
			p.batch.anchors = append(p.batch.anchors, at)
		}
		p.batch.newest, p.seq, p.segEnd = at, seq+1, at&^(p.segment-1)+p.segment
		at = end
	}
	p.pos, p.limit, p.clear = at, at, 0
	return nil
}

// announceStart puts the counters in order and tells everyone that the stream goes on.
func (p *Producer) announceStart() {
	p.flushAnchors()
	p.storeLast(p.batch.newest, p.pos)
	p.intends = p.granted
	p.retract(p.intends)
	p.storeHeadsID(p.files.headsID)
	s := p.status()
	s.bootID = bootID()
	s.pid, s.started = uint64(os.Getpid()), time.Now().UnixNano()
	add(&s.generation, 1)
	p.storeClosed(0)
	p.wakeAll()
}

// Close flushes what was appended, aborts an open claim, marks the end of the stream and lets go of the ring. Consumers
// read on to the end and then get io.EOF. It interrupts a call in progress on another goroutine, which returns ErrClosed,
// and waits for it. The files stay; see Remove. Later calls do nothing.
func (p *Producer) Close() error { return p.letGo(p.finish) }

// Release is Close that leaves the stream open: consumers wait for the next producer. The machine must not restart in between
// if the file is on a disk: then only a closed stream is believed.
func (p *Producer) Release() error { return p.letGo(p.flush) }

// letGo ends the handle, with some last words.
func (p *Producer) letGo(last func()) (err error) {
	if !p.calls.close(func() {}) { // a call that waits for space looks up every look interval
		return nil
	}
	last()
	err = p.files.streamLost()
	p.files.unmapping.Lock()
	defer p.files.unmapping.Unlock()
	p.forget()
	if err = errors.Join(err, p.files.close()); err != nil {
		return fmt.Errorf("close ring %s: %w", p.files.path, err)
	}
	return nil
}

// finish writes the end of the stream. The data reaches the disk, if there is one, before the mark that says it is complete.
func (p *Producer) finish() {
	p.flush()
	p.files.sync()
	p.storeClosed(p.pos + 1)
	p.files.sync()
	p.wakeAll()
}

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

// WaitConsumers waits until at least n consumers are attached, lossless or lossy, or ctx is done.
// It does not count consumers without write permission on the heads file.
func (p *Producer) WaitConsumers(ctx context.Context, n int) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		have, err := p.Consumers()
		if err != nil || have >= n {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d consumers, %d attached: %w", n, have, ctx.Err())
		case <-tick.C:
		}
	}
}

// Consumers returns how many consumers are attached, as WaitConsumers counts them.
func (p *Producer) Consumers() (n int, err error) {
	if err := p.enter(); err != nil {
		return 0, err
	}
	n = p.attached()
	return n, p.leave(nil)
}

// attached counts the living consumers that have finished joining.
func (p *Producer) attached() (n int) {
	for i := range p.heads.slots {
		switch stateMode(p.heads.state(i)) {
		case modeGating, modeLossy, modeDemoted:
			if alive, err := p.files.consumerAlive(i); err == nil && alive {
				n++
			}
		}
	}
	return n
}
