package raw

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/mmring/mmring/ring"
)

// Record is the header of a record, checked.
type Record struct {
	Position, Seq uint64
	End           uint64 // position of the next
	Tag           uint32
	Length        uint64 // bytes of payload
}

var (
	// ErrOverwritten says that the producer has overwritten, or may be overwriting, what was to be read.
	ErrOverwritten = errors.New("overwritten meanwhile")
	// ErrNothing says that no record was committed here yet: the end of the stream.
	ErrNothing = errors.New("no record here yet")
)

// Intact reports whether what was read before this call, at position p or above, is what belongs there. Nothing is believed before.
func (s *Stream) Intact(p uint64) bool {
	atomic.AddUint32(&fence, 1) // loads before it stay before the next
	return s.Reserved()-p <= s.Capacity
}

var fence uint32

// Record reads the header at position p. Errors: ErrNothing, ErrOverwritten, or one that wraps ring.ErrCorrupt and says what is
// there instead of a record.
func (s *Stream) Record(p uint64) (Record, error) {
	if p%s.Alignment != 0 {
		return Record{}, corrupt("position %d is no multiple of the alignment, %d", p, s.Alignment)
	}
	at := DataOffset + p%s.Capacity
	word, seq := word64(s.mem, at), word64(s.mem, at+8)
	length := word & (1<<31 - 1)
	switch {
	case !s.Intact(p):
		return Record{}, ErrOverwritten
	case word == 0:
		return Record{}, ErrNothing
	case word&(1<<31) == 0:
		return Record{}, corrupt("at position %d there is no record but the word %#x", p, word)
	case length > s.MaxPayload:
		return Record{}, corrupt("the record at position %d is said to have %d bytes, at most %d fit", p, length, s.MaxPayload)
	}
	size := (headerSize + length + s.Alignment - 1) &^ (s.Alignment - 1)
	return Record{Position: p, Seq: seq, End: p + size, Tag: uint32(word >> 32), Length: length}, nil
}

// Payload appends the payload of r to dst. It fails with ErrOverwritten.
func (s *Stream) Payload(dst []byte, r Record) ([]byte, error) {
	at := DataOffset + r.Position%s.Capacity + headerSize
	dst = append(dst, s.mem[at:at+r.Length]...)
	if !s.Intact(r.Position) {
		return dst[:len(dst)-int(r.Length)], ErrOverwritten
	}
	return dst, nil
}

// Place is a record boundary: the record there has, or will have, the number Seq.
type Place struct{ Position, Seq uint64 }

// End walks from the newest record to where the next will be. A producer that writes as fast as this walks is left alone after one
// round of the ring. Errors are those of Record, but for ErrNothing.
func (s *Stream) End() (Place, error) {
	at := Place{s.Last(), s.Identity.FirstSeq}
	first := at.Position
	for range s.Capacity/s.Alignment + 1 {
		r, err := s.Record(at.Position)
		switch {
		case err == ErrNothing && at.Position == first && first != s.Identity.Origin:
			return at, corrupt("there is nothing at position %d, where the newest record is said to be", first)
		case err == ErrNothing:
			return at, nil
		case err != nil:
			return at, err
		case at.Position != first && r.Seq != at.Seq:
			return at, OutOfSequence(r, at.Seq)
		}
		at = Place{r.End, r.Seq + 1}
	}
	return at, nil
}

// OutOfSequence is the error for a record whose number does not follow.
func OutOfSequence(r Record, want uint64) error {
	return corrupt("the record at position %d has number %d and should have %d", r.Position, r.Seq, want)
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ring.ErrCorrupt, fmt.Sprintf(format, args...))
}
