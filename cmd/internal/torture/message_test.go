package torture

import (
	"bytes"
	"testing"
)

var testScript = script{seed: 7, largest: 1800}

func message(s script, seq, attempt uint64) []byte {
	b := make([]byte, s.size(seq, attempt))
	s.fill(b, seq, attempt)
	return b
}

// Is every message accepted as what it is, and as nothing else?
func TestCheck(t *testing.T) {
	s := testScript
	for seq := range uint64(2000) {
		b, tag := message(s, seq, 3), s.tag(seq, 3)
		if err := s.check(b, tag, seq); err != nil {
			t.Fatal(err)
		}
		if s.check(b, tag, seq+1) == nil {
			t.Fatalf("message %d passes for the next", seq)
		}
		if s.check(append(b, 0), tag, seq) == nil {
			t.Fatalf("message %d may be longer", seq)
		}
		if len(b) > 0 && s.check(b[:len(b)-1], tag, seq) == nil {
			t.Fatalf("message %d may be shorter", seq)
		}
		if attemptOf(tag) != 3 {
			t.Fatalf("tag %#x is of producer %d", tag, attemptOf(tag))
		}
	}
}

// Is a message noticed that has a single byte of another?
func TestTorn(t *testing.T) {
	s := testScript
	for seq := range uint64(300) {
		b, tag := message(s, seq, 1), s.tag(seq, 1)
		for i := range b {
			b[i] ^= 1
			if s.check(b, tag, seq) == nil {
				t.Fatalf("message %d with another byte %d passes", seq, i)
			}
			b[i] ^= 1
		}
	}
}

// Do the same numbers give other bytes when another producer sends them?
func TestAttemptsDiffer(t *testing.T) {
	s := script{seed: 7, fixed: typedSize}
	if bytes.Equal(message(s, 5, 1), message(s, 5, 2)) || s.tag(5, 1) == s.tag(5, 2) {
		t.Error("message 5 of producers 1 and 2 is the same")
	}
}

// Do all kinds of length occur?
func TestSizes(t *testing.T) {
	var nothing, one, largest int
	for seq := range uint64(10_000) {
		switch n := testScript.size(seq, 1); {
		case n == 0:
			nothing++
		case n == 1:
			one++
		case n == testScript.largest:
			largest++
		case n < 0 || n > testScript.largest:
			t.Fatalf("message %d has %d bytes", seq, n)
		}
	}
	if nothing == 0 || one == 0 || largest == 0 {
		t.Errorf("%d of 0 bytes, %d of 1, %d of %d", nothing, one, largest, testScript.largest)
	}
}

func TestTyped(t *testing.T) {
	b := message(script{seed: 1, fixed: typedSize}, 1, 1)
	m := typedOf(b)
	if !bytes.Equal(m.bytes(nil), b) {
		t.Error("a typed message has other bytes")
	}
}
