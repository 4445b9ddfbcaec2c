package ring

import (
	"fmt"
	"structs"
)

// This file is the only description of the shared bytes; docs/layout.md publishes it and a test holds the two together.
//
// STREAM FILE (written by the producer alone; consumers map it read-only). L is the spacing, a multiple of 128.
//
//	offset      size field       writer              readers
//	0x0000      4096 identity    creator, once       all      magic is stored last
//	0x1000        8  intent      producer: E1        joining consumers: J1
//	0x1008        8  reserved    producer: E3        all: R3
//	0x1000+L      8  last        producer: C3        joiners, Latest: L1
//	0x1008+L      8  tail        producer            tools
//	0x1000+2L     4  wakes       producer: C4        sleeping consumers: W1 (futex)
//	0x1008+2L     8  closed      producer: K1        consumers that found nothing: K1
//	0x1010+2L     8  headsID     producer            consumers, when idle
//	0x1018+2L    72  status      producer            tools, openers
//	0x1000+3L   128  anchors     producer: C2        joiners, lapped consumers: L1
//	dataOffset    C  data        producer: C1        consumers: R1, R2
//
// HEADS FILE (written by consumers, and by the producer to un-gate)
//
//	0x0000     4096  identity    creator, once       all
//	0x1000        4  waiting     both: W1            the producer after each flush: C4
//	0x1000+L      4  space       both: S1            gating consumers after moving their head: S1
//	0x1000+2L    8n  states      both: Q1, CAS only  the producer's scan: E2, Q1
//	entries            one each 2L bytes, from the next multiple of L
//	  +0          8  head        its consumer: R4    the producer's scan: E2
//	  +8          8  nextSeq     its consumer: R4    its consumer's successor of the same name
//	  +16        16  counts      its consumer        tools: lost, delivered
//	  +L        112  pid, name   its consumer        tools, namesakes
//
// RECORD, at a position that is a multiple of the alignment A; the place of position p is dataOffset + p mod C
//
//	+0   8  commit word: bits 0-30 payload length, bit 31 committed, bits 32-63 tag. 0: nothing here yet
//	+8   8  seq
//	+16     payload, then padding to the next multiple of A

const (
	// LayoutVersion is the version of the shared bytes that this package reads and writes.
	LayoutVersion = 1
	// DefaultAlignment of records, in bytes.
	DefaultAlignment = 16
	// MaxMetadata is the room for the user's metadata, in bytes.
	MaxMetadata = 2048
	// MaxName is the room for a consumer's name, in bytes.
	MaxName = 96

	streamMagic = 0x3130474e49524d4d // "MMRING01", little-endian
	headsMagic  = 0x3130444145484d4d // "MMHEAD01", little-endian
	orderMark   = 0x01020304

	pageSize     = 0x1000
	dataOffset   = 0x10000 // a multiple of every page size in use (4, 16 and 64 KiB)
	headerSize   = 16      // of a record: commit word and seq
	segments     = 16
	maxSchema    = 1024
	schemaOffset = 0x80

	minCapacity     = 4096
	maxCapacity     = 1 << 40
	defaultCapacity = 1 << 20
	maxFlush        = 1 << 30 // the length field has 31 bits
	maxSlots        = 4096
	defaultSlots    = 64
	cacheLine       = 64
	lineSpacing     = 2 * cacheLine // hardware fetches lines in pairs
)

// identity is the first page of the stream file. It never changes once magic is stored.
type identity struct {
	_          structs.HostLayout
	magic      uint64
	version    uint32
	order      uint32 // orderMark as the creator's CPU stores it
	ringID     uint64 // random; in the name of the heads file
	created    int64  // Unix nanoseconds
	capacity   uint64 // C, bytes, a power of two
	dataOffset uint64
	alignment  uint32 // A
	spacing    uint32 // L
	segments   uint32
	slots      uint32 // entries in the consumer table
	deadline   int64  // stall deadline in nanoseconds, 0: none
	origin     uint64 // position of the first record ever
	firstSeq   uint64 // and its sequence number
	schemaLen  uint32
	metaLen    uint32
	checksum   uint32 // CRC-32C of bytes [8, 0x60), then schema, then metadata
	_          [schemaOffset - 0x64]byte
	schema     [maxSchema]byte
	_          [0x800 - schemaOffset - maxSchema]byte
	metadata   [MaxMetadata]byte
}

// status is what the producer says about itself, for tools and openers.
type status struct {
	_          structs.HostLayout
	bootID     [16]byte // of the machine's run in which a producer last started
	pid        uint64
	started    int64  // Unix nanoseconds
	generation uint64 // how often a producer has started on this ring
	demoted    uint64 // consumers demoted, all in all
	freed      uint64 // gates of dead consumers lifted, all in all
	blockedNS  uint64 // time Publish has waited for consumers, all in all
	wakeups    uint64 // wake-up system calls, all in all
}

// headsIdentity starts the heads file.
type headsIdentity struct {
	_       structs.HostLayout
	magic   uint64
	version uint32
	order   uint32
	ringID  uint64
	headsID uint64 // random; equal to headsID in the stream while this heads file is in use
}

// who is what a consumer says about itself, for tools and namesakes.
type who struct {
	_       structs.HostLayout
	pid     uint32
	nameLen uint32
	since   int64 // Unix nanoseconds
	name    [MaxName]byte
}

// streamSize and headsSize are the sizes of the two files, in bytes.
func (g *geometry) streamSize() int64 { return int64(dataOffset + g.capacity) }
func (g *geometry) headsSize() int64  { return int64(g.entry(g.slots)+pageSize-1) &^ (pageSize - 1) }

// Offsets in the stream file.
func (g *geometry) grantLine() uint64  { return pageSize }
func (g *geometry) lastLine() uint64   { return pageSize + g.spacing }
func (g *geometry) wakeLine() uint64   { return pageSize + 2*g.spacing }
func (g *geometry) anchorLine() uint64 { return pageSize + 3*g.spacing }

// Offsets in the heads file.
func (g *geometry) waitingLine() uint64 { return pageSize }
func (g *geometry) spaceLine() uint64   { return pageSize + g.spacing }
func (g *geometry) states() uint64      { return pageSize + 2*g.spacing }
func (g *geometry) entry(i int) uint64 {
	table := (8*uint64(g.slots) + g.spacing - 1) &^ (g.spacing - 1)
	return g.states() + table + uint64(i)*2*g.spacing
}

const (
	committedBit = 1 << 31
	lengthMask   = committedBit - 1
)

func commitWord(tag uint32, n uint64) uint64 { return uint64(tag)<<32 | committedBit | n }
func committed(word uint64) bool             { return word&committedBit != 0 }
func length(word uint64) uint64              { return word & lengthMask }
func tagOf(word uint64) uint32               { return uint32(word >> 32) }

// A consumer's state word is epoch<<8 | mode and changes by compare-and-swap only, so that nobody acts on a successor.
type mode uint64

const (
	modeFree    mode = iota
	modeJoining      // gates; its owner has not finished joining
	modeGating       // gates
	modeLossy        // listed only
	modeDemoted      // gated once; its owner has not noticed yet
	modeParked       // named, gates no more; keeps nextSeq for the next of this name
)

func (m mode) String() string {
	names := [...]string{"free", "joining", "lossless", "lossy", "demoted", "parked"}
	if int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("mode %d", uint64(m))
}

// gates reports whether an entry in mode m holds the producer back.
func (m mode) gates() bool { return m == modeJoining || m == modeGating }

func stateMode(s uint64) mode           { return mode(s & 0xff) }
func stateWith(s uint64, m mode) uint64 { return s&^0xff | uint64(m) }
func stateNext(s uint64, m mode) uint64 { return (s>>8+1)<<8 | uint64(m) }
