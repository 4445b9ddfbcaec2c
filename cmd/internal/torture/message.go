package torture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// A script decides what every message of a ring is: its length, its tag and each of its bytes, from its number and the attempt that
// sent it. Nothing is stored: who sends and who receives work it out.
type script struct {
	seed    uint64
	largest int // message of the ring, bytes
	fixed   int // length of all messages of a typed ring; 0: lengths vary
}

const (
	attemptBits = 12
	hashBits    = 32 - attemptBits
	// maxAttempts is how often a producer may be started on one ring.
	maxAttempts = 1 << attemptBits
)

// spread and step are odd and have bits everywhere.
const (
	spread = 0x9e3779b97f4a7c15
	step   = 0xd1b54a32d192ed03
)

// mix makes a number that looks random of one that does not.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (s script) hash(seq, attempt uint64) uint64 {
	return mix(s.seed + mix(seq*spread+bits.RotateLeft64(attempt, 40)))
}

// tag carries the attempt, so that even an empty message says who sent it, and some bits to recognise it by.
func (s script) tag(seq, attempt uint64) uint32 {
	return uint32(attempt)<<hashBits | uint32(s.hash(seq, attempt)>>(64-hashBits))
}

func attemptOf(tag uint32) uint64 { return uint64(tag >> hashBits) }

// size is the length of a message: mostly small, now and then nothing, and up to the largest there is.
func (s script) size(seq, attempt uint64) int {
	if s.fixed > 0 {
		return s.fixed
	}
	h := s.hash(seq, attempt)
	kind, random := h%64, int(h>>8&0xffffffff)
	n := s.largest
	switch {
	case kind < 3:
		n = 0
	case kind < 6:
		n = 1
	case kind < 41:
		n = random % 65
	case kind < 55:
		n = random % 1025
	case kind < 62:
		n = random % (s.largest/8 + 1)
	case kind < 63:
		n = random % (s.largest + 1)
	}
	return min(n, s.largest)
}

// first is the first word of a message's pattern. Some patterns look like records: a reader that loses its way takes them for some.
func (s script) first(seq, attempt uint64) (word uint64, imitates bool) {
	h := s.hash(seq, attempt)
	return mix(h), h>>6&3 == 0
}

// wordAt is the word of the pattern that begins at offset i.
func wordAt(word uint64, imitates bool, seq uint64, i int) uint64 {
	switch {
	case !imitates:
		return word
	case i%16 == 0:
		return word&^0xffffffff | 1<<31 | 8 // the commit word of a message of 8 bytes
	}
	return seq + 1 + uint64(i/16) // its number
}

// fill writes the bytes of a message.
func (s script) fill(b []byte, seq, attempt uint64) {
	word, imitates := s.first(seq, attempt)
	i := 0
	for ; i+8 <= len(b); i += 8 {
		binary.LittleEndian.PutUint64(b[i:], wordAt(word, imitates, seq, i))
		word += step
	}
	last := wordAt(word, false, seq, i)
	for ; i < len(b); i++ {
		b[i] = byte(last >> (8 * (i % 8)))
	}
}

// check says what is wrong with a message that should be number seq.
func (s script) check(b []byte, tag uint32, seq uint64) error {
	attempt := attemptOf(tag)
	if want := s.tag(seq, attempt); tag != want {
		return fmt.Errorf("message %d: tag %#x, want %#x if producer %d sent it", seq, tag, want, attempt)
	}
	if want := s.size(seq, attempt); len(b) != want {
		return fmt.Errorf("message %d of producer %d: %d bytes, want %d", seq, attempt, len(b), want)
	}
	if at := s.differs(b, seq, attempt); at >= 0 {
		return fmt.Errorf("message %d of producer %d is torn: it differs from what was sent at byte %d of %d", seq, attempt, at, len(b))
	}
	return nil
}

// differs returns the offset of the first word that is not what fill wrote, -1 if there is none.
func (s script) differs(b []byte, seq, attempt uint64) int {
	word, imitates := s.first(seq, attempt)
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:]) != wordAt(word, imitates, seq, i) {
			return i
		}
		word += step
	}
	last := wordAt(word, false, seq, i)
	for ; i < len(b); i++ {
		if b[i] != byte(last>>(8*(i%8))) {
			return i
		}
	}
	return -1
}

// poison fills a claim with what a reader would take for records that follow: headers with the numbers that come next.
func poison(b []byte, seq uint64) {
	for i := 0; i+16 <= len(b); i += 16 {
		binary.LittleEndian.PutUint64(b[i:], 1<<31)
		binary.LittleEndian.PutUint64(b[i+8:], seq+uint64(i/16))
	}
}
