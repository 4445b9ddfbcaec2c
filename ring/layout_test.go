package ring

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"testing"
)

// Are these the bytes of a record, and of the counters around it? Whoever changes them changes the layout version.
func TestGoldenRecord(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8})
	p := h.producer(Spin)
	check(t, p.Publish(0x01020304, []byte("golden")))
	check(t, p.Append(0xa0b0c0d0, nil))
	check(t, p.Flush())
	const want = "06000080" + "04030201" + "0000000000000000" + "676f6c64656e" + "0000" + // length, tag, seq, payload, padding
		"00000080" + "d0c0b0a0" + "0100000000000000" + "0000000000000000"
	equal(t, "records", hex.EncodeToString(h.stream[dataOffset:][:48]), want)
	for at, want := range map[uint64]uint64{
		0x1000: 4096, 0x1008: 4096, // intent, reserved
		0x1000 + h.g.spacing: 24, 0x1008 + h.g.spacing: 40, // last, tail
		0x1008 + 2*h.g.spacing: 0,                            // closed
		0x1000 + 3*h.g.spacing: 0, 0x1008 + 3*h.g.spacing: 0, // anchors
	} {
		equal(t, fmt.Sprintf("word at %#x", at), binary.LittleEndian.Uint64(h.stream[at:]), want)
	}
	check(t, p.Close())
	equal(t, "closed", binary.LittleEndian.Uint64(h.stream[0x1008+2*h.g.spacing:]), 41)
}

// Are these the bytes of the identity page?
func TestGoldenIdentity(t *testing.T) {
	path := ringPath(t)
	o := Options{Capacity: 8192, Alignment: 32, MaxConsumers: 5, StallDeadline: 7, Metadata: []byte("meta"), origin: 8192, firstSeq: 9}
	check(t, produce(t, path, o).Close())
	page, err := os.ReadFile(path)
	check(t, err)
	equal(t, "size", len(page), dataOffset+8192)
	equal(t, "magic", string(page[:8]), "MMRING01")
	for at, want := range map[int]uint32{8: 1, 12: 0x01020304, 0x20: 8192, 0x28: dataOffset, 0x30: 32, 0x38: 16, 0x3c: 5,
		0x40: 7, 0x48: 8192, 0x50: 9, 0x58: 0, 0x5c: 4} {
		equal(t, fmt.Sprintf("word at %#x", at), binary.LittleEndian.Uint32(page[at:]), want)
	}
	equal(t, "metadata", string(page[0x800:0x804]), "meta")
	heads, err := os.ReadFile(headsPath(path, binary.LittleEndian.Uint64(page[0x10:])))
	check(t, err)
	equal(t, "heads magic", string(heads[:8]), "MMHEAD01")
	equal(t, "heads' ring id", string(heads[0x10:0x18]), string(page[0x10:0x18]))
}

// Is each way an identity page can be wrong an error that says which, to all who open it?
func TestDamagedIdentityIsRefused(t *testing.T) {
	resum := func(page []byte) { // whoever writes nonsense may know how to sum
		id := overlay[identity](page)
		if id.schemaLen <= maxSchema && id.metaLen <= MaxMetadata {
			id.checksum = id.sum()
		}
	}
	for name, c := range map[string]struct {
		damage func(id *identity)
		kind   error
		sum    bool
	}{
		"magic":      {func(id *identity) { id.magic++ }, ErrNotRing, true},
		"version":    {func(id *identity) { id.version = 2 }, ErrVersion, true},
		"byte order": {func(id *identity) { id.order = 0x04030201 }, ErrVersion, true},
		"checksum":   {func(id *identity) { id.created++ }, ErrCorrupt, false},
		"metadata":   {func(id *identity) { id.metadata[0]++ }, ErrCorrupt, false},
		"capacity 0": {func(id *identity) { id.capacity = 0 }, ErrCorrupt, true}, "capacity 2^63": {func(id *identity) { id.capacity = 1 << 63 }, ErrCorrupt, true},
		"capacity 2^40":  {func(id *identity) { id.capacity = 1 << 40 }, ErrCorrupt, true}, // of a file that is smaller
		"capacity odd":   {func(id *identity) { id.capacity = 8191 }, ErrCorrupt, true},
		"alignment 0":    {func(id *identity) { id.alignment = 0 }, ErrCorrupt, true},
		"alignment 2^31": {func(id *identity) { id.alignment = 1 << 31 }, ErrCorrupt, true},
		"spacing 1":      {func(id *identity) { id.spacing = 1 }, ErrCorrupt, true}, "spacing 2^20": {func(id *identity) { id.spacing = 1 << 20 }, ErrCorrupt, true},
		"slots 0": {func(id *identity) { id.slots = 0 }, ErrCorrupt, true}, "slots 2^32-1": {func(id *identity) { id.slots = 1<<32 - 1 }, ErrCorrupt, true},
		"segments":    {func(id *identity) { id.segments = 64 }, ErrCorrupt, true},
		"data offset": {func(id *identity) { id.dataOffset = 0 }, ErrCorrupt, true},
		"deadline":    {func(id *identity) { id.deadline = -1 }, ErrCorrupt, true}, "origin": {func(id *identity) { id.origin = 8 }, ErrCorrupt, true},
		"schema length":   {func(id *identity) { id.schemaLen = 1<<32 - 1 }, ErrCorrupt, true},
		"metadata length": {func(id *identity) { id.metaLen = MaxMetadata + 1 }, ErrCorrupt, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			check(t, produce(t, path, Options{Capacity: 8192, Metadata: []byte("m")}).Close())
			bytes, err := os.ReadFile(path)
			check(t, err)
			page := heapMemory(pageSize)
			copy(page, bytes)
			c.damage(overlay[identity](page))
			if c.sum {
				resum(page)
			}
			copy(bytes, page)
			check(t, os.WriteFile(path, bytes, 0))
			for _, err := range []error{second(Open(path, ConsumerOptions{})), second(Create(path, Options{})), second(Observe(path))} {
				want(t, err, c.kind, path)
			}
			p, err := Create(path, Options{Replace: true}) // the way out, but never over what is no ring
			if errors.Is(c.kind, ErrNotRing) {
				want(t, err, ErrNotRing)
			} else if check(t, err); err == nil {
				p.Close()
			}
		})
	}
}

// Is a position taken for overwritten exactly where it may be: below reserved-C, never granted, or in a file of zeros? (H9)
func TestH9Lapped(t *testing.T) {
	g := newGeometry(4096, 8, 128, 1)
	for _, base := range []uint64{0, 1 << 32, 1 << 63, ^uint64(0) - 5000} {
		for _, c := range []struct {
			reserved, position uint64
			want               bool
		}{{4096, 0, false}, {4096, 4096, false}, {4097, 0, true}, {8192, 4096, false}, {8192, 4095, true}, {4096, 4104, true}} {
			equal(t, fmt.Sprintf("%+v from %#x on", c, base), g.lapped(base+c.reserved, base+c.position), c.want)
		}
		equal(t, "in a zeroed file", g.lapped(0, base+1), base+1 < ^uint64(0)-4095)
	}
}

// Are a stream and heads file that are too short refused, whatever they say?
func TestShortFilesAreRefused(t *testing.T) {
	for _, size := range []int64{0, 1, 4095, 4096, dataOffset - 1, dataOffset, dataOffset + 8191} {
		path := ringPath(t)
		check(t, produce(t, path, Options{Capacity: 8192}).Close())
		check(t, os.Truncate(path, size))
		for _, err := range []error{second(Open(path, ConsumerOptions{})), second(Create(path, Options{})), second(Observe(path))} {
			if !errors.Is(err, ErrNotRing) && !errors.Is(err, ErrCorrupt) {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
	}
	path := ringPath(t)
	p := produce(t, path, Options{})
	check(t, os.Truncate(headsPath(path, p.files.ringID), 100))
	_, err := Open(path, ConsumerOptions{Lossless: true})
	want(t, err, ErrCorrupt, "heads")
	check(t, consume(t, path, ConsumerOptions{}).Close())
}

// Can every capacity that is asked for be mapped twice, in pages of this system? (H46)
func TestH46CapacityFitsPages(t *testing.T) {
	for _, asked := range []int{1, 4095, 4096, 4097, 5000, 1 << 16, 1<<20 - 1} {
		g, err := (&Options{Capacity: asked}).geometry()
		check(t, err)
		if c := int(g.capacity); c < asked || c%os.Getpagesize() != 0 || c&(c-1) != 0 {
			t.Errorf("capacity %d becomes %d", asked, c)
		}
		check(t, produce(t, ringPath(t), Options{Capacity: asked}).Close())
	}
	if dataOffset%(64<<10) != 0 { // the largest pages of the systems that this runs on
		t.Errorf("the data begins at %#x", dataOffset)
	}
}
