//go:build linux

package ring

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"testing"

	"golang.org/x/sys/unix"
)

// walled is memory between two pages that fault.
func walled(t testing.TB, size int) []byte {
	t.Helper()
	page := unix.Getpagesize()
	mem, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON)
	check(t, err)
	t.Cleanup(func() { unix.Munmap(mem) })
	inside := mem[page : page+size]
	check(t, unix.Mprotect(inside, unix.PROT_READ|unix.PROT_WRITE))
	return inside
}

func newWalledRing(t testing.TB, o Options) *heapRing {
	t.Helper()
	h := newHeapRing(t, o)
	mem := walled(t, len(h.stream))
	copy(mem, h.stream)
	h.stream = mem
	return h
}

// Do messages of every length, by every way in and out, keep to the ring and to what the caller gave, at every place near the ring's end?
func TestEveryLengthStaysInside(t *testing.T) {
	payloads := walled(t, 1<<16)
	for i := range payloads {
		payloads[i] = byte(i * 7)
	}
	for _, align := range []int{8, 16, 64, 256} {
		for _, gating := range []bool{true, false} {
			t.Run(fmt.Sprintf("align=%d/gating=%v", align, gating), func(t *testing.T) {
				defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
				h := newWalledRing(t, Options{Capacity: 4096, Alignment: align})
				p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: gating})
				for n := range p.MaxMessage() + 1 {
					for way := range 6 {
						payload := payloads[:n]
						if way%2 == 0 {
							payload = payloads[len(payloads)-n:]
						}
						check(t, sendBy(p, way/2, uint32(n), payload))
						expect(t, c, uint32(n), payload)
					}
				}
			})
		}
	}
}

// sendBy publishes one message by the way of that number.
func sendBy(p *Producer, way int, tag uint32, payload []byte) error {
	switch way {
	case 0:
		return p.Publish(tag, payload)
	case 1:
		return errors.Join(p.Append(tag, payload), p.Flush())
	}
	b, err := p.Claim(len(payload))
	copy(b, payload)
	return errors.Join(err, p.Commit(tag, len(payload)))
}

// Does a consumer keep to the ring and to its own memory, whatever a lying producer made of the words it reads, and wherever that led it?
func TestLiesStayInside(t *testing.T) {
	if raceDetector {
		t.Skip("too slow, and nothing runs at the same time")
	}
	fetched, long := 0, uint64(0)
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 17))
		h := newWalledRing(t, Options{Capacity: 4096 << r.IntN(5), Alignment: 8 << r.IntN(6)})
		s, _ := h.raw()
		c := h.consumer(ConsumerOptions{Lossless: r.IntN(2) == 0})
		c.head = []uint64{0, 1 << 32, 1 << 63, s.capacity}[r.IntN(4)] - r.Uint64N(2*s.capacity)&^(s.align-1)
		s.grant(c.head + s.capacity/2)
		h.lie(r, c)
		ends(t, fmt.Sprint("seed ", seed), func() {
			defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
			from := c.head
			w := c.loadCommit(from)
			if r.IntN(2) == 0 || !c.fetchOne(w) {
				c.fetch(c.runLimit(), copying)
			}
			if c.head != from {
				fetched++
				long = max(long, c.head-from)
			}
			if c.head-from > uint64(len(c.run.buffer)) || c.head%c.align != 0 {
				t.Errorf("seed %d: from %#x to %#x", seed, from, c.head)
			}
			for m := c.deliver(); m != nil; m = c.deliver() {
				if n := uint64(len(m.Payload)); n > c.maxPayload() {
					t.Errorf("seed %d: a message of %d bytes", seed, n)
				}
			}
		})
	}
	if t.Logf("%d of 3000 believed, the longest %d bytes", fetched, long); fetched == 0 || fetched == 3000 {
		t.Error("no lie was good enough, or each was")
	}
}

// lie writes records that are none from c's head on: of one length or of many, most of them in turn, so that they are believed.
func (h *heapRing) lie(r *rand.Rand, c *Consumer) {
	of := []uint64{0, 8, 64, 500, 584, c.maxPayload(), c.maxPayload() + 1, 10000, lengthMask}[r.IntN(9)]
	for p, i := c.head, uint64(0); i < 100; i++ {
		n := of
		if r.IntN(20) == 0 {
			n = r.Uint64() & lengthMask >> r.IntN(31)
		}
		seq := c.seq + i
		if r.IntN(200) == 0 {
			seq = r.Uint64()
		}
		c.plant(p, commitWord(uint32(i), n))
		c.storeSeq(p, seq)
		p += c.size(min(n, c.maxPayload()))
	}
	h.mirror()
}

// Does the producer write anywhere but where it was granted: ahead of the newest message and below reserved? Elsewhere a consumer may be reading.
func TestOnlyWhatIsGrantedIsWritten(t *testing.T) {
	for i, capacity := range []int{4096, 16384, 4096, 16384} {
		p := produce(t, ringPath(t), Options{Capacity: capacity, Alignment: 8})
		p.ahead = linesAhead(i >= 2)
		s := script{seed: uint64(capacity), longest: uint64(p.MaxMessage())}
		before := make([]byte, capacity)
		var payload []byte
		var tag uint32
		primed := 0
		for seq := range uint64(4000) {
			payload, tag = s.message(payload, seq)
			from, first := p.pos, p.primed
			if p.batch.held != 0 {
				from = p.batch.first
			}
			copy(before, p.mem[dataOffset:])
			var err error
			if way := int(mix(seq) % 4); way < 3 {
				err = sendBy(p, way, tag, payload)
			} else {
				err = p.Append(tag, payload)
			}
			check(t, err)
			if p.primed > first {
				primed++
			}
			for at := p.limit - p.capacity; at < from; at++ {
				if i := at & p.mask; before[i] != p.mem[dataOffset:][i] {
					t.Fatalf("message %d: position %d was written to; granted were %d to %d", seq, at, from, p.limit)
				}
			}
		}
		if primed < 100 {
			t.Errorf("primed %d times", primed)
		}
	}
}
