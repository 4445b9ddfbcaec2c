package ring

import (
	"fmt"
	"testing"
)

// BenchmarkAppend is what a message of a batch costs, its part of the flush included.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{8, 64} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			p := produce(b, ringPath(b), Options{})
			payload := make([]byte, size)
			b.SetBytes(int64(size))
			n := 0
			for b.Loop() {
				p.Append(1, payload)
				if n++; n%16 == 0 {
					p.Flush()
				}
			}
		})
	}
}
