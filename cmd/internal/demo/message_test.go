package demo

import (
	"bytes"
	"slices"
	"testing"
)

func TestMessageIsWhatWasSent(t *testing.T) {
	for size := MinSize; size < 100; size++ {
		m := make([]byte, size)
		fill(m, 12345, 67890)
		if stamp, ok := check(m, 12345); !ok || stamp != 67890 {
			t.Errorf("size %d: stamp %d, ok %v", size, stamp, ok)
		}
		if _, ok := check(m, 12346); ok {
			t.Errorf("size %d: passes for another", size)
		}
	}
}

// TestEveryBitCounts: no bit can change unnoticed. The time needs a word of the pattern to be checked by.
func TestEveryBitCounts(t *testing.T) {
	for size := MinSize + 8; size < 60; size++ {
		m := make([]byte, size)
		fill(m, 1<<40+7, 1<<60+9)
		for bit := range 8 * size {
			damaged := slices.Clone(m)
			damaged[bit/8] ^= 1 << (bit % 8)
			if _, ok := check(damaged, 1<<40+7); ok {
				t.Errorf("size %d: bit %d changed unnoticed", size, bit)
			}
		}
	}
}

func TestMessagesDiffer(t *testing.T) {
	a, b := make([]byte, 64), make([]byte, 64)
	fill(a, 1, 0)
	fill(b, 2, 0)
	for i := 0; i < 64; i += 8 {
		if i != 8 && bytes.Equal(a[i:i+8], b[i:i+8]) {
			t.Errorf("the words at %d are alike", i)
		}
	}
}

func TestCutOffMessage(t *testing.T) {
	if _, ok := check(make([]byte, MinSize-1), 0); ok {
		t.Error("a message that is too short passes")
	}
}
