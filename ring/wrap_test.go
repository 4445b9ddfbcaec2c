package ring

import (
	"fmt"
	"testing"
)

// Does anything change where positions, sequence numbers and the event count pass the limits of 32 and 63 bits?
func TestCountersNearTheirLimits(t *testing.T) {
	const capacity = 4096
	for _, origin := range []uint64{1<<32 - 2*capacity, 1<<63 - 2*capacity} {
		for _, firstSeq := range []uint64{1<<32 - 50, 1<<63 - 50} {
			t.Run(fmt.Sprintf("origin=%#x/seq=%#x", origin, firstSeq), func(t *testing.T) {
				path := ringPath(t)
				o := Options{Capacity: capacity, origin: origin, firstSeq: firstSeq}
				p := produce(t, path, o)
				gating, lossy := consume(t, path, ConsumerOptions{Lossless: true, Name: "x"}), consume(t, path, ConsumerOptions{})
				s := script{seed: origin + firstSeq, longest: uint64(p.MaxMessage())}
				a, b := &reader{script: s, next: firstSeq}, &reader{script: s, next: firstSeq}
				*p.wakes() = 1<<32 - 5 // wraps for sure
				for i := range uint64(400) {
					p.heads.setWaiting()
					publishScript(t, p, s, firstSeq+i, firstSeq+i+1)
					a.drain(t, gating)
					switch i % 50 {
					case 10:
						b.drain(t, lossy)
					case 20:
						check(t, p.Close())
						p = produce(t, path, Options{})
					case 30:
						check(t, gating.Close())
						gating = consume(t, path, ConsumerOptions{Lossless: true, Name: "x"})
					case 40:
						late := consume(t, path, ConsumerOptions{From: Last(3), Lossless: i%100 == 40})
						m, err := late.TryNext()
						check(t, err)
						if next := firstSeq + i + 1; m.Seq+3 < next || m.Seq >= next {
							t.Fatalf("last 3 of %d begin at %d", next, m.Seq)
						}
						check(t, late.Close())
					}
				}
				b.drain(t, lossy)
				equal(t, "lossless", a.next, firstSeq+400)
				equal(t, "lossy", b.next, firstSeq+400)
				if a.laps > 0 || b.laps == 0 {
					t.Errorf("%d and %d laps", a.laps, b.laps)
				}
				if end := p.Stats().Tail; end < origin+2*capacity {
					t.Errorf("the stream ends at %#x", end)
				}
			})
		}
	}
}
