//go:build linux

package transport

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
)

// Messages are what travels: message n is a window into random bytes, chosen by n, so that each differs from its
// neighbours, both ends know it without storing it, and comparing it touches every byte.
type Messages struct {
	size    int
	pattern []byte
	scratch []byte // where a message is made before it is sent; nil: messages lie ready
}

const (
	windows = 127 // a prime: no buffer holds a multiple of it, so an old message in a reused place differs
	stride  = 64
)

// NewMessages returns the messages of a shape.
func NewMessages(s Shape) *Messages {
	m := &Messages{size: s.Size, pattern: make([]byte, windows*stride+s.Size)}
	if s.Made {
		m.scratch = make([]byte, s.Size)
	}
	random := rand.NewChaCha8([32]byte{'m', 'm', 'r', 'i', 'n', 'g'})
	random.Read(m.pattern)
	return m
}

// At returns message n. It is not to be written to.
func (m *Messages) At(n uint64) []byte {
	at := n % windows * stride
	return m.pattern[at : at+uint64(m.size)]
}

// Ready is messages from up to to, as At returns them. A loop over it has no call and no division in it: it is part of what is measured.
func (m *Messages) Ready(from, to uint64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		at := from % windows * stride
		for range to - from {
			if !yield(m.pattern[at : at+uint64(m.size)]) {
				return
			}
			if at += stride; at == windows*stride {
				at = 0
			}
		}
	}
}

// Made is messages from up to to, to be copied by whoever sends them, made anew if the shape asks for that. Each is valid until the next.
func (m *Messages) Made(from, to uint64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for message := range m.Ready(from, to) {
			if m.scratch != nil {
				copy(m.scratch, message)
				message = m.scratch
			}
			if !yield(message) {
				return
			}
		}
	}
}

// Is reports whether the bytes are those of message n, comparing all of them. It is small enough to be inlined: it is part of what
// is measured.
func (m *Messages) Is(n uint64, got []byte) bool { return bytes.Equal(got, m.At(n)) }

// A Visitor is told of the messages that have arrived. It knows which one is due, and goes through them without a division and, with Take,
// without a call: what it takes is part of what is measured.
type Visitor struct {
	*Messages
	Due   uint64                           // the number of the message that is due; Nothing: none, ever
	Taken uint64                           // how many came when they were due
	Other func(seq uint64, message []byte) // is told of all others
	shift uint64                           // what lies in message n is message n + shift of Messages
	at    uint64
}

// Nothing is the number of no message.
const Nothing = math.MaxUint64

// Expect makes n the message that is due.
func (v *Visitor) Expect(n uint64) { v.Due, v.at = n, (n+v.shift)%windows*stride }

// Visit tells of a message. The bytes need to be valid until it returns.
func (v *Visitor) Visit(seq uint64, message []byte) {
	if !v.Take(seq, message) {
		v.Other(seq, message)
	}
}

// Take is Visit of the message that is due, to be inlined; it reports whether this is that message. If not, Other is to be told.
func (v *Visitor) Take(seq uint64, message []byte) bool {
	if seq != v.Due || string(message) != string(v.pattern[v.at:v.at+uint64(v.size)]) {
		return false
	}
	v.Due++
	v.Taken++
	if v.at += stride; v.at == windows*stride {
		v.at = 0
	}
	return true
}

// Visitor is one who expects message 0, in which message shift lies, and the next in the next.
func (m *Messages) Visitor(shift uint64, other func(seq uint64, message []byte)) *Visitor {
	v := &Visitor{Messages: m, Other: other, shift: shift}
	v.Expect(0)
	return v
}

// Check says how a message differs from message n, if it does, and whether it is another message of the stream.
func (m *Messages) Check(n uint64, got []byte) error {
	if m.Is(n, got) {
		return nil
	}
	if len(got) != m.size {
		return fmt.Errorf("message %d has %d bytes, not %d", n, len(got), m.size)
	}
	for other := range uint64(windows) {
		if bytes.Equal(got, m.At(other)) {
			return fmt.Errorf("message %d is another one: number %d modulo %d", n, other, windows)
		}
	}
	want := m.At(n)
	for i := range got {
		if got[i] != want[i] {
			return fmt.Errorf("message %d is damaged from byte %d on: %#x instead of %#x", n, i, got[i], want[i])
		}
	}
	return nil
}
