package ring

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// Snapshot is a ring as it looked at one moment. Its counters were read one after the other while the ring moved on.
// It is the caller's, and does not change.
type Snapshot struct {
	Path          string
	RingID        uint64 // random, and in the name of the heads file: another ring of this path has another
	LayoutVersion int
	Created       time.Time
	Capacity      int           // bytes of data
	Alignment     int           // of records, bytes
	MaxMessage    int           // bytes
	MaxConsumers  int           // entries in the consumer table
	StallDeadline time.Duration // 0: none
	Schema        string        // message type of a typed ring, else ""
	Metadata      []byte        // the user's

	ProducerAlive bool
	ProducerPID   int       // in the producer's own pid namespace; for display
	Started       time.Time // when the last producer did
	Closed        bool      // it has ended the stream
	ProducerStats

	OldestSeq  uint64         // of the oldest message that a new consumer would get
	Consumers  []ConsumerInfo // entries in use; nil if the heads file cannot be read
	HeadsError error          // why it cannot be read; nil if it can, and Consumers is all there are
}

// ConsumerInfo is an entry of the consumer table. Consumers without write permission on the heads file have none.
type ConsumerInfo struct {
	Entry    int       // its number in the consumer table
	Name     string    // "" if it has none
	PID      int       // in the consumer's own pid namespace; for display
	Mode     string    // lossless, lossy, joining, demoted; parked: a named consumer that left or died
	Alive    bool      // a process holds the entry's lock
	Since    time.Time // when it came
	Head     uint64    // position it has acknowledged
	NextSeq  uint64    // sequence number of the first message it has not acknowledged
	Lag      Lag       // behind the end; at most what the ring holds while it gates
	Received uint64    // messages, as it last said
	Lost     uint64    // messages, as it last said
	Lapped   bool      // what it would read next may be overwritten
}

// Observer looks at a ring without taking part: it has no entry, holds no lock, and nobody can tell that it is there.
// One goroutine at a time may use it.
type Observer struct {
	stream
	heads heads
	files *files
	id    *identity
}

// Observe opens an observer. It needs read permission on the stream; with read permission on the heads file it sees the consumers too.
func Observe(path string) (*Observer, error) {
	o, err := observe(path)
	if err != nil {
		return nil, fmt.Errorf("observe ring %s: %w", path, err)
	}
	return o, nil
}

func observe(path string) (*Observer, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file, err := mmapfile.Open(path, mmapfile.ReadOnly)
	if err != nil {
		return nil, err
	}
	f := &files{path: path, stream: file, streamLocks: file}
	m, id, g, err := openStream(file)
	if err != nil {
		f.close()
		return nil, err
	}
	f.streamMem, f.ringID = m, id.ringID
	return &Observer{stream: newStream(m.Bytes(), g), files: f, id: id}, nil
}

// Close ends the observer.
func (o *Observer) Close() error { return o.files.close() }

// Snapshot reads the ring. It fails if the file was truncated, deleted or replaced, or contradicts itself.
func (o *Observer) Snapshot() (s Snapshot, err error) {
	if err := o.files.check(); err != nil {
		return s, fmt.Errorf("observe ring %s: %w", o.files.path, err)
	}
	headsError := o.followHeads()
	s, err = o.snapshot()
	s.HeadsError = headsError
	if err = cmp.Or(o.files.lost(), err); err != nil {
		return s, fmt.Errorf("observe ring %s: %w", o.files.path, err)
	}
	return s, nil
}

// followHeads opens the heads file the producer uses now, or says why it has none that can be read.
func (o *Observer) followHeads() error {
	if o.heads.mem != nil && o.headsID() == o.files.headsID {
		return nil
	}
	o.heads.mem = nil
	o.files.closeHeads()
	if err := o.files.openHeads(&o.geometry, mmapfile.ReadOnly); err != nil {
		return err
	}
	o.heads = heads{o.geometry, o.files.headsMem.Bytes()}
	return nil
}

func (o *Observer) snapshot() (Snapshot, error) {
	id := o.id
	s := Snapshot{
		Path: o.files.path, RingID: id.ringID, LayoutVersion: int(id.version), Created: time.Unix(0, id.created),
		Capacity: int(o.capacity), Alignment: int(o.align), MaxMessage: int(o.maxPayload()), MaxConsumers: o.slots,
		StallDeadline: o.deadline, Schema: string(id.schema[:id.schemaLen]), Metadata: bytes.Clone(id.metadata[:id.metaLen]),
		ProducerPID: int(o.status().pid), Started: time.Unix(0, o.status().started), ProducerStats: o.producerStats(),
	}
	var err error
	if s.ProducerAlive, err = o.files.producerAlive(); err != nil {
		return s, err
	}
	end, err := o.end()
	if err != nil {
		return s, err
	}
	s.NextSeq, s.Tail, s.Closed = end.seq, end.pos, o.closed() == end.pos+1
	oldest, err := o.oldest(0, 0)
	if err != nil {
		return s, err
	}
	s.OldestSeq = oldest.seq
	for i := range o.slots {
		if o.heads.mem != nil && stateMode(o.heads.state(i)) != modeFree {
			s.Consumers = append(s.Consumers, o.consumer(i, end))
		}
	}
	return s, nil
}

// consumer describes entry i. What it says is its owner's word.
func (o *Observer) consumer(i int, end place) ConsumerInfo {
	w := o.heads.who(i)
	c := ConsumerInfo{
		Entry: i, Name: o.heads.nameOf(i), PID: int(w.pid), Since: time.Unix(0, w.since),
		Mode: stateMode(o.heads.state(i)).String(), Head: o.heads.headOf(i), NextSeq: o.heads.nextSeqOf(i),
	}
	c.Lost, c.Received = o.heads.countsOf(i)
	c.Alive, _ = o.files.consumerAlive(i)
	c.Lapped = o.lapped(o.reserved(), c.Head)
	if end.pos-c.Head <= o.capacity {
		c.Lag.Bytes = end.pos - c.Head
	}
	if c.NextSeq <= end.seq {
		c.Lag.Messages = end.seq - c.NextSeq
	}
	return c
}
