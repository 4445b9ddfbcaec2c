package ring

import (
	"fmt"
	"hash/crc32"
	"math/bits"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// openStream maps a stream file and validates it.
func openStream(f *mmapfile.File) (*mmapfile.Mapping, *identity, geometry, error) {
	id, g, err := readIdentity(f)
	if err != nil {
		return nil, nil, g, err
	}
	m, err := f.MapTwice(dataOffset, int64(g.capacity))
	return m, id, g, err
}

// readIdentity takes a private copy of a stream file's first page, then looks at it.
func readIdentity(f *mmapfile.File) (*identity, geometry, error) {
	size, err := f.Size()
	if err != nil {
		return nil, geometry{}, err
	}
	if size < pageSize {
		return nil, geometry{}, fmt.Errorf("%w: it has %d bytes; if it was one, it was cut off", ErrNotRing, size)
	}
	page, err := readPage(f)
	if err != nil {
		return nil, geometry{}, err
	}
	id := overlay[identity](page)
	g, err := id.validate(size)
	return id, g, err
}

func readPage(f *mmapfile.File) (page []byte, err error) {
	m, err := f.Map(pageSize)
	if err != nil {
		return nil, err
	}
	defer m.Unmap()
	page = heapMemory(pageSize)
	copy(page, m.Bytes())
	return page, m.Err(f)
}

// writeIdentity fills the first page of a new stream file, magic last.
func writeIdentity(mem []byte, g *geometry, ringID uint64, o *Options) {
	id := overlay[identity](mem)
	*id = identity{
		version: LayoutVersion, order: orderMark, ringID: ringID, created: time.Now().UnixNano(),
		capacity: g.capacity, dataOffset: dataOffset, alignment: uint32(g.align), spacing: uint32(g.spacing),
		segments: segments, slots: uint32(g.slots), deadline: int64(g.deadline), origin: g.origin, firstSeq: g.firstSeq,
		schemaLen: uint32(len(o.Schema)), metaLen: uint32(len(o.Metadata)),
	}
	copy(id.schema[:], o.Schema)
	copy(id.metadata[:], o.Metadata)
	id.checksum = id.sum()
	storeFence64(&id.magic, streamMagic)
}

// writeStart puts an empty stream's counters at its origin.
func (s *stream) writeStart() {
	s.announce(s.origin + s.capacity)
	s.grant(s.origin + s.capacity)
	s.storeLast(s.origin, s.origin)
	for i := range uint64(segments) {
		storeRelease64(s.anchorWord(i), s.origin)
	}
}

// believable refuses a ring that outlived the machine's run it was written in without having been closed.
func (s *stream) believable() error {
	if now, then := bootID(), s.status().bootID; s.closed() == 0 && then != now && then != [16]byte{} {
		return fmt.Errorf("%w; replace or remove it", ErrStale)
	}
	return nil
}

// sum is the checksum: it covers everything in the identity page but magic and the checksum itself.
func (id *identity) sum() uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, valueBytes(id)[8:0x60])
	sum = crc32.Update(sum, table, id.schema[:id.schemaLen])
	return crc32.Update(sum, table, id.metadata[:id.metaLen])
}

// validate copies the geometry out of an identity page that nobody else can change any more (a private copy).
func (id *identity) validate(fileSize int64) (geometry, error) {
	switch {
	case id.magic != streamMagic:
		return geometry{}, fmt.Errorf("%w: it does not start with the magic of a ring", ErrNotRing)
	case id.order != orderMark:
		return geometry{}, fmt.Errorf("%w: it was made on a machine of the other byte order", ErrVersion)
	case id.version != LayoutVersion:
		return geometry{}, fmt.Errorf("%w: the file has version %d, this program reads version %d", ErrVersion, id.version, LayoutVersion)
	case id.schemaLen > maxSchema || id.metaLen > MaxMetadata || id.sum() != id.checksum:
		return geometry{}, fmt.Errorf("%w: the checksum of its identity page is wrong", ErrCorrupt)
	case !validGeometry(id):
		return geometry{}, fmt.Errorf("%w: impossible dimensions (capacity %d, alignment %d, spacing %d, %d consumers)",
			ErrCorrupt, id.capacity, id.alignment, id.spacing, id.slots)
	}
	g := newGeometry(id.capacity, uint64(id.alignment), uint64(id.spacing), int(id.slots))
	g.deadline, g.origin, g.firstSeq = time.Duration(id.deadline), id.origin, id.firstSeq
	if fileSize < g.streamSize() {
		return geometry{}, fmt.Errorf("%w: truncated to %d bytes of %d", ErrCorrupt, fileSize, g.streamSize())
	}
	return g, nil
}

func validGeometry(id *identity) bool {
	powerOfTwo := func(n uint64) bool { return bits.OnesCount64(n) == 1 }
	return powerOfTwo(id.capacity) && id.capacity >= minCapacity && id.capacity <= maxCapacity &&
		powerOfTwo(uint64(id.alignment)) && id.alignment >= 8 && id.alignment <= 256 &&
		powerOfTwo(uint64(id.spacing)) && id.spacing >= lineSpacing && id.spacing <= pageSize/4 &&
		id.slots >= 1 && id.slots <= maxSlots && id.segments == segments && id.dataOffset == dataOffset &&
		id.deadline >= 0 && id.origin%id.capacity == 0 && id.origin <= 1<<63
}
