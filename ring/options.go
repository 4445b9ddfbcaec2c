package ring

import (
	"cmp"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"time"

	"github.com/klauspost/cpuid/v2"
)

// Wait says how a call that must wait does so.
type Wait int

const (
	// Adaptive spins about as long as a wake-up costs, then sleeps. It does not spin when there are more parties than CPUs.
	Adaptive Wait = iota
	// Spin never sleeps: the lowest latency, at the price of one CPU.
	Spin
	// Sleep sleeps at once: the least CPU, at the price of a wake-up per wait.
	Sleep
)

// Options describe a ring to Create. The zero value works: 1 MiB, 64 consumers, no stall deadline.
// Capacity, Alignment, MaxConsumers, StallDeadline and Metadata are fixed for the life of the file; when
// an existing ring is resumed a zero field accepts what the file says, and any other value must agree with it.
type Options struct {
	// Capacity of the data in bytes, rounded up to a power of two and to the page size. 0 means 1 MiB.
	// The largest message is a little under half of it; see Producer.MaxMessage.
	Capacity int
	// Alignment of records in bytes: a power of two from 8 to 256. 0 means DefaultAlignment.
	// Small packs records (throughput); 64 and above keep them off each other's cache lines (latency).
	Alignment int
	// MaxConsumers is the number of entries in the consumer table, 1 to 4096. 0 means 64.
	MaxConsumers int
	// StallDeadline is the longest that lossless consumers may hold a Publish up. The consumers that limit it then
	// become lossy and are told. 0 means for ever. It rules out zero-copy views of messages (Consumer.View).
	StallDeadline time.Duration
	// Metadata is at most MaxMetadata bytes of the user's, for all who may read the stream: they find it in Snapshot.Metadata.
	Metadata []byte
	// Schema is the message type of a typed ring, as Snapshot.Schema has it, for programs that pass messages on without knowing
	// the type: they publish the bytes of its values. "" is a ring of bytes. CreateOf fills it in.
	Schema string

	// Replace discards an existing ring of this name instead of resuming it. It never overwrites a file that is
	// not a ring, nor a ring with a living producer.
	Replace bool
	// Perm is the mode of the stream file, exactly. 0 means 0644 less the umask: everyone may read the stream.
	Perm fs.FileMode
	// HeadsPerm is the mode of the heads file, exactly. 0 means 0644 less the umask: lossless consumers must be of the same
	// user. Whoever may write it can hold the producer up; see SECURITY.md.
	HeadsPerm fs.FileMode
	// Wait is how Publish waits for space.
	Wait Wait

	origin   uint64 // position of the first record, a multiple of the capacity: tests start counters near their limits
	firstSeq uint64
}

// Start says where a consumer begins. The zero value is Oldest.
type Start struct {
	kind startKind
	n    uint64
}

type startKind int

const (
	startOldest startKind = iota
	startLatest
	startSeq
	startLast
)

// Oldest starts at the oldest message still in the ring (lossless: exact to a sixteenth of the ring).
func Oldest() Start { return Start{} }

// Latest starts after the newest message: only what is published from now on.
func Latest() Start { return Start{kind: startLatest} }

// FromSeq starts at the message with sequence number n. If it is overwritten already the consumer starts at the
// oldest and is told how many it lost. If it is beyond the next message to be published, ErrNotYet.
func FromSeq(n uint64) Start { return Start{startSeq, n} }

// Last starts k messages before the end, or at the oldest if fewer are left.
func Last(k uint64) Start { return Start{startLast, k} }

// ConsumerOptions describe a consumer to Open. The zero value works: lossy, from the oldest, adaptive waiting.
type ConsumerOptions struct {
	// From is where to start. A named consumer that was here before resumes where it was instead.
	From Start
	// Lossless makes the producer wait for this consumer. Otherwise the producer overwrites what it has not read,
	// and it is told exactly how many messages it lost.
	Lossless bool
	// Name, at most MaxName bytes, makes the position survive this process. One living consumer may have it.
	Name string
	// ManualAck leaves acknowledging to Ack. Otherwise a message is acknowledged by the call that asks for the
	// one after it, and by Close. See Consumer.Ack.
	ManualAck bool
	// RequireProducer makes a wait end with ErrNoProducer when all is read and no producer is alive. Otherwise
	// the consumer waits for a new producer to resume the stream.
	RequireProducer bool
	// Wait is how Next waits for a message.
	Wait Wait
	// Schema is the message type of a typed ring, as Snapshot.Schema has it, for programs that take messages as bytes
	// whatever they are; another type is ErrGeometry. "" is a ring of bytes. OpenOf fills it in.
	Schema string
}

// geometry is what a new ring with these options looks like.
func (o *Options) geometry() (geometry, error) {
	if err := o.check(); err != nil {
		return geometry{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	capacity := cmp.Or(o.Capacity, defaultCapacity)
	rounded := uint64(1) << bits.Len64(uint64(max(capacity, minCapacity, os.Getpagesize())-1))
	g := newGeometry(rounded, uint64(cmp.Or(o.Alignment, DefaultAlignment)), spacing(), cmp.Or(o.MaxConsumers, defaultSlots))
	g.deadline, g.origin, g.firstSeq = o.StallDeadline, o.origin, o.firstSeq
	return g, nil
}

// check says which option no ring can have.
func (o *Options) check() error {
	align := cmp.Or(o.Alignment, DefaultAlignment)
	switch {
	case len(o.Metadata) > MaxMetadata:
		return fmt.Errorf("metadata has %d bytes, at most %d fit", len(o.Metadata), MaxMetadata)
	case len(o.Schema) > maxSchema:
		return fmt.Errorf("schema has %d bytes, at most %d fit", len(o.Schema), maxSchema)
	case o.Capacity < 0 || uint64(o.Capacity) > maxCapacity:
		return fmt.Errorf("capacity %d is not from 1 to %d bytes", o.Capacity, uint64(maxCapacity))
	case align < 8 || align > 256 || bits.OnesCount(uint(align)) != 1:
		return fmt.Errorf("alignment %d is not a power of two from 8 to 256", o.Alignment)
	case o.MaxConsumers < 0 || o.MaxConsumers > maxSlots:
		return fmt.Errorf("%d consumers: the table has 1 to %d entries", o.MaxConsumers, maxSlots)
	case o.StallDeadline < 0:
		return fmt.Errorf("stall deadline %v is negative", o.StallDeadline)
	}
	return nil
}

// spacing keeps counters apart: two cache lines of this CPU, because hardware fetches lines in pairs.
func spacing() uint64 {
	line := max(cpuid.CPU.CacheLine, cacheLine)
	return min(uint64(1)<<bits.Len(uint(2*line-1)), pageSize/4)
}

// agrees reports whether an existing ring is what was asked for.
func (o *Options) agrees(id *identity) error {
	differ := func(what string, has, wanted any) error {
		return fmt.Errorf("%w: its %s is %v, not %v; ask for the same, for none in particular, or to replace it", ErrGeometry, what, has, wanted)
	}
	wanted, err := o.geometry()
	switch {
	case err != nil:
		return err
	case o.Capacity != 0 && wanted.capacity != id.capacity:
		return differ("capacity", id.capacity, wanted.capacity)
	case o.Alignment != 0 && wanted.align != uint64(id.alignment):
		return differ("alignment", id.alignment, wanted.align)
	case o.MaxConsumers != 0 && o.MaxConsumers != int(id.slots):
		return differ("number of consumers", id.slots, o.MaxConsumers)
	case o.StallDeadline != 0 && int64(o.StallDeadline) != id.deadline:
		return differ("stall deadline", time.Duration(id.deadline), o.StallDeadline)
	case o.Metadata != nil && string(o.Metadata) != string(id.metadata[:id.metaLen]):
		return differ("metadata", fmt.Sprintf("%q", id.metadata[:id.metaLen]), fmt.Sprintf("%q", o.Metadata))
	}
	return schemaAgrees(o.Schema, id)
}
