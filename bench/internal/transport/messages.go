//go:build linux

package transport

import (
	"bytes"
	"fmt"
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

// Make returns message n to be copied by whoever sends it, made anew if the shape asks for that. It is valid until the
// next call.
func (m *Messages) Make(n uint64) []byte {
	if m.scratch == nil {
		return m.At(n)
	}
	copy(m.scratch, m.At(n))
	return m.scratch
}

// Is reports whether the bytes are those of message n, comparing all of them. It is small enough to be inlined: it is part of what
// is measured.
func (m *Messages) Is(n uint64, got []byte) bool { return bytes.Equal(got, m.At(n)) }

// A Cursor goes through the messages in their order, and finds the next one without a division: it is part of what is measured.
type Cursor struct {
	*Messages
	Next uint64 // the number of the message that is due
	at   uint64
}

// From is a cursor before message n.
func (m *Messages) From(n uint64) Cursor { return Cursor{m, n, n % windows * stride} }

// Take reports whether these are the bytes of the message that is due, and if so goes past it.
func (c *Cursor) Take(n uint64, got []byte) bool {
	if n != c.Next || string(got) != string(c.pattern[c.at:c.at+uint64(c.size)]) {
		return false
	}
	c.Next++
	if c.at += stride; c.at == windows*stride {
		c.at = 0
	}
	return true
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
