// Package raw reads the bytes of a ring's two files as docs/layout.md describes them, read-only and without taking part. It is for looking at rings
// that may be dead, damaged or hostile: it believes nothing, bounds every length and every search, and says what it finds.
package raw

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"time"

	"github.com/mmring/mmring/ring"
)

const (
	// Segments is the number of segments, and of anchors.
	Segments = 16
	// DataOffset is where the data begins in the stream file.
	DataOffset = 0x10000

	pageSize    = 0x1000
	headerSize  = 16 // of a record
	streamMagic = 0x3130474e49524d4d
	headsMagic  = 0x3130444145484d4d
	orderMark   = 0x01020304
	maxSchema   = 1024
	maxFlush    = 1 << 30
)

// Identity is the first page of a stream file as the file has it, sound or not.
type Identity struct {
	Magic              uint64
	Version, Order     uint32
	RingID             uint64
	Created            time.Time
	Capacity           uint64
	DataOffset         uint64
	Alignment, Spacing uint32
	Segments, Slots    uint32
	Deadline           time.Duration
	Origin, FirstSeq   uint64
	SchemaLen, MetaLen uint32
	Checksum           uint32
	Sum                uint32 // what the checksum ought to be
	Schema, Metadata   []byte // as long as their lengths say, but no longer than their room
}

// parseIdentity decodes a private copy of the first page.
func parseIdentity(page []byte) Identity {
	u32 := func(at int) uint32 { return binary.NativeEndian.Uint32(page[at:]) }
	u64 := func(at int) uint64 { return binary.NativeEndian.Uint64(page[at:]) }
	id := Identity{
		Magic: u64(0x00), Version: u32(0x08), Order: u32(0x0c), RingID: u64(0x10), Created: time.Unix(0, int64(u64(0x18))),
		Capacity: u64(0x20), DataOffset: u64(0x28), Alignment: u32(0x30), Spacing: u32(0x34), Segments: u32(0x38), Slots: u32(0x3c),
		Deadline: time.Duration(u64(0x40)), Origin: u64(0x48), FirstSeq: u64(0x50),
		SchemaLen: u32(0x58), MetaLen: u32(0x5c), Checksum: u32(0x60),
	}
	id.Schema = page[0x80:][:min(id.SchemaLen, maxSchema)]
	id.Metadata = page[0x800:][:min(id.MetaLen, ring.MaxMetadata)]
	table := crc32.MakeTable(crc32.Castagnoli)
	id.Sum = crc32.Update(crc32.Checksum(page[8:0x60], table), table, id.Schema)
	id.Sum = crc32.Update(id.Sum, table, id.Metadata)
	return id
}

// IsRing reports whether the page has the magic of a ring, whatever else is wrong with it.
func (id *Identity) IsRing() bool { return id.Magic == streamMagic }

// Faults says everything that keeps the identity of a file of size bytes from being believed.
func (id *Identity) Faults(size int64) (faults []error) {
	add := func(kind error, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%w: %s", kind, fmt.Sprintf(format, args...)))
	}
	switch {
	case size < DataOffset && id.IsRing():
		add(ring.ErrCorrupt, "truncated to %d bytes", size)
		return faults
	case size < DataOffset:
		add(ring.ErrNotRing, "it has %d bytes; if it was one, it was cut off", size)
		return faults
	case !id.IsRing():
		add(ring.ErrNotRing, "it does not start with the magic of a ring")
		return faults
	case id.Order != orderMark:
		add(ring.ErrVersion, "it was made on a machine of the other byte order")
		return faults
	case id.Version != ring.LayoutVersion:
		add(ring.ErrVersion, "the file has version %d, this program reads version %d", id.Version, ring.LayoutVersion)
		return faults
	}
	if id.Sum != id.Checksum || id.SchemaLen > maxSchema || id.MetaLen > ring.MaxMetadata {
		add(ring.ErrCorrupt, "the checksum of its identity page is %#08x and should be %#08x", id.Checksum, id.Sum)
	}
	for _, wrong := range id.dimensions() {
		add(ring.ErrCorrupt, "%s", wrong)
	}
	if len(faults) == 0 && uint64(size) < DataOffset+id.Capacity {
		add(ring.ErrCorrupt, "truncated to %d bytes of %d", size, DataOffset+id.Capacity)
	}
	return faults
}

// dimensions says which dimensions are impossible.
func (id *Identity) dimensions() (wrong []string) {
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	outside := func(n, least, most uint64) bool { return bits.OnesCount64(n) != 1 || n < least || n > most }
	refuse(outside(id.Capacity, pageSize, 1<<40), "its capacity of %d bytes is impossible", id.Capacity)
	refuse(outside(uint64(id.Alignment), 8, 256), "its alignment of %d bytes is impossible", id.Alignment)
	refuse(outside(uint64(id.Spacing), 128, 1024), "its spacing of %d bytes is impossible", id.Spacing)
	refuse(id.Slots < 1 || id.Slots > 4096, "a table of %d consumers is impossible", id.Slots)
	refuse(id.Segments != Segments, "it has %d segments instead of %d", id.Segments, Segments)
	refuse(id.DataOffset != DataOffset, "its data is said to begin at %d instead of %d", id.DataOffset, DataOffset)
	refuse(id.Deadline < 0, "its stall deadline %v is negative", id.Deadline)
	refuse(id.Capacity != 0 && id.Origin%id.Capacity != 0, "its first position %d is no multiple of its capacity", id.Origin)
	return wrong
}
