package ring

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/mmring/mmring/mmapfile"
)

// heapRing is a ring in this process's heap, where the race detector sees every access. The data is not mapped twice but
// twice as long: both sides address a record from the place of its header on, in one piece.
type heapRing struct {
	t               testing.TB
	g               geometry
	stream, heads   []byte
	producers, rows lockTable // of the stream's and of the heads' bytes
	held            sync.Map  // *files -> [2]*lockHandle
}

func newHeapRing(t testing.TB, o Options) *heapRing {
	t.Helper()
	g, err := o.geometry()
	check(t, err)
	h := &heapRing{t: t, g: g, stream: heapMemory(dataOffset + 2*int64(g.capacity)), heads: heapMemory(g.headsSize())}
	s := newStream(h.stream, g)
	s.writeStart()
	writeIdentity(h.stream, &g, 1, &o)
	writeHeadsIdentity(h.heads, 1, 1)
	return h
}

// raw is the ring's memory in the protocol's own words.
func (h *heapRing) raw() (*stream, *heads) {
	s := newStream(h.stream, h.g)
	return &s, &heads{h.g, h.heads}
}

func (h *heapRing) files() *files {
	locks := [2]*lockHandle{h.producers.handle(), h.rows.handle()}
	f := &files{ringID: 1, headsID: 1, streamLocks: locks[0], headsLocks: locks[1]}
	h.held.Store(f, locks)
	return f
}

// producer is a new one, which finds its place as after a restart. The one before must be closed or killed.
func (h *heapRing) producer(wait Wait) *Producer {
	h.t.Helper()
	p, err := h.tryProducer(wait)
	check(h.t, err)
	return p
}

func (h *heapRing) tryProducer(wait Wait) (*Producer, error) {
	p := &Producer{files: h.files(), stream: newStream(h.stream, h.g), wait: wait, claim: noClaim, ahead: linesAhead(false)}
	p.heads = heads{h.g, h.heads}
	if err := p.files.streamLocks.Lock(producerByte); err != nil {
		return nil, ErrProducerActive
	}
	err := p.start()
	if err != nil {
		h.kill(p)
	}
	return p, err
}

func (h *heapRing) consumer(o ConsumerOptions) *Consumer {
	h.t.Helper()
	c, err := h.tryConsumer(o)
	check(h.t, err)
	return c
}

func (h *heapRing) tryConsumer(o ConsumerOptions) (*Consumer, error) {
	c := h.unjoined(o)
	err := c.join()
	if err != nil {
		h.kill(c)
	}
	return c, err
}

// unjoined is a consumer that has everything but a place in the ring.
func (h *heapRing) unjoined(o ConsumerOptions) *Consumer {
	c := newConsumer(newStream(h.stream, h.g), h.files(), o)
	c.heads, c.mayWake = heads{h.g, h.heads}, true
	return c
}

// kill does what a kill -9 of a handle's process does, between two instructions of the caller's choice: its locks are gone,
// its memory is forgotten, the shared bytes stay. The handle must not be used again.
func (h *heapRing) kill(handle any) {
	var f *files
	switch v := handle.(type) {
	case *Producer:
		f = v.files
	case *Consumer:
		f = v.files
	}
	locks, _ := h.held.Load(f)
	for _, l := range locks.([2]*lockHandle) {
		l.drop()
	}
}

// locks is what a producer holds of the heads file's locks.
func (h *heapRing) locks(p *Producer) *lockHandle {
	locks, _ := h.held.Load(p.files)
	return locks.([2]*lockHandle)[1]
}

// close closes a handle, and drops its locks as the kernel would.
func (h *heapRing) close(handle io.Closer) {
	h.t.Helper()
	check(h.t, handle.Close())
	h.kill(handle)
}

// lockTable is the locks of a file that is none.
type lockTable struct {
	sync.Mutex
	owners map[int64]*lockHandle
}

// lockHandle is what an open file description is to a file's locks. Tests step in before and after it is asked about one:
// that is, after the producer loaded an entry's state, and before it acts on it.
type lockHandle struct {
	table         *lockTable
	before, after func()
}

var _ locker = (*lockHandle)(nil)

func (l *lockTable) handle() *lockHandle { return &lockHandle{table: l} }

func (h *lockHandle) Lock(off int64) error {
	h.table.Mutex.Lock()
	defer h.table.Mutex.Unlock()
	if owner := h.table.owners[off]; owner != nil && owner != h {
		return fmt.Errorf("byte %d: %w", off, mmapfile.ErrLocked)
	}
	if h.table.owners == nil {
		h.table.owners = map[int64]*lockHandle{}
	}
	h.table.owners[off] = h
	return nil
}

func (h *lockHandle) Unlock(off int64) error {
	h.table.Mutex.Lock()
	defer h.table.Mutex.Unlock()
	if h.table.owners[off] == h {
		delete(h.table.owners, off)
	}
	return nil
}

func (h *lockHandle) Locked(off int64) (bool, error) {
	letIn(&h.before)
	defer letIn(&h.after)
	h.table.Mutex.Lock()
	defer h.table.Mutex.Unlock()
	owner := h.table.owners[off]
	return owner != nil && owner != h, nil
}

// letIn takes a step that somebody else is to take here, once.
func letIn(f *func()) {
	if do := *f; do != nil {
		*f = nil
		do()
	}
}

func (h *lockHandle) drop() {
	h.table.Mutex.Lock()
	defer h.table.Mutex.Unlock()
	for off, owner := range h.table.owners {
		if owner == h {
			delete(h.table.owners, off)
		}
	}
}
