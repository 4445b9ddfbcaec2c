package demo

import (
	"encoding/binary"
	"math/bits"
)

// MinSize is the smallest message: its number and the time it was sent.
const MinSize = 16

// Constants of the pattern: odd, and with bits everywhere.
const (
	spread = 0x9e3779b97f4a7c15
	step   = 0xd1b54a32d192ed03
)

// fill writes message number seq: the number, the time it was sent or 0, and a pattern that depends on both in all other bytes.
func fill(message []byte, seq, stamp uint64) {
	binary.LittleEndian.PutUint64(message, seq)
	binary.LittleEndian.PutUint64(message[8:], stamp)
	word := pattern(seq, stamp)
	rest := message[MinSize:]
	for ; len(rest) >= 8; rest = rest[8:] {
		binary.LittleEndian.PutUint64(rest, word)
		word += step
	}
	for i := range rest {
		rest[i] = byte(word >> (8 * i))
	}
}

// check reports whether every byte of a message is what fill wrote for number seq, and when it was sent.
func check(message []byte, seq uint64) (stamp uint64, ok bool) {
	if len(message) < MinSize {
		return 0, false
	}
	stamp = binary.LittleEndian.Uint64(message[8:])
	wrong := binary.LittleEndian.Uint64(message) ^ seq
	word := pattern(seq, stamp)
	rest := message[MinSize:]
	for ; len(rest) >= 8; rest = rest[8:] {
		wrong |= binary.LittleEndian.Uint64(rest) ^ word
		word += step
	}
	for i := range rest {
		wrong |= uint64(rest[i] ^ byte(word>>(8*i)))
	}
	return stamp, wrong == 0
}

// pattern is the first word of a message's pattern: another one for every other number or time.
func pattern(seq, stamp uint64) uint64 { return (seq ^ bits.RotateLeft64(stamp, 32)) * spread }
