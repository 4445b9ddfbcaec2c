package ring

import "time"

// geometry is the private, validated copy of a ring's dimensions. Nothing else bounds an access.
type geometry struct {
	capacity uint64 // C
	mask     uint64 // C-1
	align    uint64 // A
	segment  uint64 // S = C/16
	flushMax uint64 // F: the largest record, claim or batch
	spacing  uint64 // L
	slots    int
	deadline time.Duration
	origin   uint64
	firstSeq uint64
}

func newGeometry(capacity, align, spacing uint64, slots int) geometry {
	g := geometry{capacity: capacity, mask: capacity - 1, align: align, segment: capacity / segments, spacing: spacing, slots: slots}
	g.flushMax = min((capacity-g.segment-align)/2, maxFlush) &^ (align - 1)
	return g
}

// size returns the bytes that a record of n payload bytes occupies.
func (g *geometry) size(n uint64) uint64 { return (headerSize + n + g.align - 1) &^ (g.align - 1) }

// maxPayload returns the largest payload of one record, in bytes.
func (g *geometry) maxPayload() uint64 { return g.flushMax - headerSize }

// lapped reports whether position p may have been overwritten, given reserved. As an unsigned difference it is also
// true for a position never granted and in a file that has been zeroed.
func (g *geometry) lapped(reserved, p uint64) bool { return reserved-p > g.capacity }

// ceilSegment rounds a position up to the next segment boundary.
func (g *geometry) ceilSegment(p uint64) uint64 { return (p + g.segment - 1) &^ (g.segment - 1) }
