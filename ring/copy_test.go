package ring

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Does a payload that is copied in pieces arrive whole, by every way in and every way out?
func TestPayloadsInPieces(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 8 << 20})
	p := h.producer(Spin)
	gating, lossy := h.consumer(ConsumerOptions{Lossless: true}), h.consumer(ConsumerOptions{})
	random := rand.NewChaCha8([32]byte{'p'})
	for _, n := range []int{piece - 1, piece, piece + 1, 2 * piece, 3*piece + 5} {
		for way := range 3 {
			payload := make([]byte, n)
			random.Read(payload)
			check(t, sendBy(p, way, uint32(way), payload))
			latest, err := lossy.Latest()
			check(t, err)
			for _, next := range []func() (*Message, error){gating.TryNext, lossy.TryNext} {
				m, err := next()
				if check(t, err); !bytes.Equal(m.Payload, payload) || !bytes.Equal(latest.Payload, payload) {
					t.Fatalf("way %d: %d bytes are not what was sent", way, n)
				}
			}
		}
	}
}
