package ring

import (
	"cmp"
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
	p.pos, p.limit, p.publishBelow = at, at, 0
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
