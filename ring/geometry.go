package ring

import (
	"fmt"
	"math/bits"
	"os"
	"time"

	"github.com/klauspost/cpuid/v2"
)

// geometry is what a new ring with these options looks like.
func (o *Options) geometry() (geometry, error) {
	if err := o.check(); err != nil {
		return geometry{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	capacity := cmpOr(o.Capacity, defaultCapacity)
	rounded := uint64(1) << bits.Len64(uint64(max(capacity, minCapacity, os.Getpagesize())-1))
	g := newGeometry(rounded, uint64(cmpOr(o.Alignment, DefaultAlignment)), spacing(), cmpOr(o.MaxConsumers, defaultSlots))
	g.deadline, g.origin, g.firstSeq = o.StallDeadline, o.origin, o.firstSeq
	return g, nil
}

// check says which option no ring can have.
func (o *Options) check() error {
	align := cmpOr(o.Alignment, DefaultAlignment)
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

func cmpOr(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

// spacing keeps counters apart: two cache lines of this CPU, because hardware fetches lines in pairs.
func spacing() uint64 {
	line := max(cpuid.CPU.CacheLine, lineSpacing/2)
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

// schemaAgrees holds a handle's message type against the ring's.
func schemaAgrees(schema string, id *identity) error {
	if has := string(id.schema[:id.schemaLen]); has != schema {
		return fmt.Errorf("%w: it carries %s, not %s", ErrGeometry, schemaName(has), schemaName(schema))
	}
	return nil
}

func schemaName(schema string) string {
	if schema == "" {
		return "byte messages"
	}
	return "messages of type " + schema
}
