package ring

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/debug"
	"testing"
	"time"
)

// fuzzed is a ring whose counters, data and heads file anybody may have written. The identity page is what it must be for anything to be
// mapped at all: see FuzzIdentity for that.
func fuzzed(t testing.TB, counters, data, headsBytes []byte) *heapRing {
	h := newHeapRing(t, tinyRing)
	copy(h.counters(), counters)
	copy(h.stream[dataOffset:][:h.g.capacity], data)
	h.mirror()
	copy(h.heads[pageSize:], headsBytes)
	return h
}

// tinyRing is what is small enough to be a seed.
var tinyRing = Options{Capacity: 4096, Alignment: 8, MaxConsumers: 4}

// counters is what a stream file has between its identity and its data, as far as it is used.
func (h *heapRing) counters() []byte {
	return h.stream[pageSize:][:h.g.anchorLine()+8*segments-pageSize]
}

// mirror makes the data's second copy like the first, as if mapped twice.
func (h *heapRing) mirror() {
	copy(h.stream[dataOffset+h.g.capacity:], h.stream[dataOffset:][:h.g.capacity])
}

// tour has everyone look at a ring: each call returns, without a panic, with an error or a message.
func tour(t testing.TB, h *heapRing) {
	for _, o := range []ConsumerOptions{{}, {From: Latest()}, {From: Last(5)}, {From: FromSeq(3)}, {Name: "x"}, {Name: "x", Lossless: true},
		{Lossless: true}, {Lossless: true, From: Latest()}, {Lossless: true, From: Last(1)}} {
		c, err := h.tryConsumer(o)
		if err != nil {
			continue
		}
		for range 50 {
			if _, err := c.TryNext(); err != nil && !known(err) {
				t.Fatalf("TryNext: %v", err)
			}
		}
		c.Poll(10, func(*Message) error { return nil })
		c.Latest()
		c.Lag()
		c.Seek(Last(2))
		c.Seek(Oldest())
		c.TryNext()
		c.look()
		h.close(c)
	}
	s, hd := h.raw()
	id := *overlay[identity](h.stream)
	o := &Observer{stream: *s, heads: *hd, files: h.files(), id: &id}
	o.snapshot()
	p, err := h.tryProducer(Adaptive)
	if err != nil {
		return
	}
	for i := range 50 {
		if err := p.TryPublish(0, make([]byte, i*7)); err != nil && !known(err) {
			t.Fatalf("TryPublish: %v", err)
		}
	}
	p.Stats()
	h.close(p)
}

// known reports whether an error is one of those that say what is wrong.
func known(err error) bool {
	var lapped *LappedError
	for _, kind := range []error{ErrEmpty, ErrFull, ErrCorrupt, ErrDemoted, ErrNoProducer, io.EOF} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return errors.As(err, &lapped)
}

// Do arbitrary bytes in either file bring a consumer, an observer or a resuming producer down, or keep it for ever?
func FuzzArbitraryFiles(f *testing.F) {
	for _, name := range seedNames(f) {
		h := loadSeed(f, name)
		for noise := range uint64(2) {
			f.Add(h.counters(), h.stream[dataOffset:][:h.g.capacity], h.heads[pageSize:], noise)
		}
	}
	f.Add([]byte{}, []byte{}, []byte{}, uint64(2))
	f.Fuzz(func(t *testing.T, counters, data, headsBytes []byte, noise uint64) {
		h := fuzzed(t, counters, data, headsBytes)
		scramble(h, noise)
		ends(t, fmt.Sprintf("noise %d", noise), func() { tour(t, h) })
	})
}

// ends fails the test unless do returns, and without a panic.
func ends(t *testing.T, what string, do func()) {
	t.Helper()
	done := make(chan any, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Sprintf("%v\n%s", r, debug.Stack())
			}
			close(done)
		}()
		do()
	}()
	select {
	case r := <-done:
		if r != nil {
			t.Fatalf("%s: panic: %v", what, r)
		}
	case <-patientBriefly(t):
		t.Fatalf("%s: no end", what)
	}
}

// scramble overwrites some of the words that steer: counters, anchors, commit words, states, heads.
func scramble(h *heapRing, noise uint64) {
	if noise == 0 {
		return
	}
	r := rand.New(rand.NewPCG(noise, noise))
	values := []uint64{0, 1, 7, 4095, 4096, 4104, 1 << 31, 1<<31 | 100, 1<<63 - 1, 1 << 63, ^uint64(0), ^uint64(0) - 4096}
	for range 1 + r.IntN(6) {
		v := values[r.IntN(len(values))]
		if r.IntN(2) == 0 {
			v = r.Uint64() >> r.IntN(64)
		}
		var mem []byte
		at := uint64(0)
		switch r.IntN(4) {
		case 0: // header
			mem, at = h.stream, pageSize+r.Uint64N(4*h.g.spacing)
		case 1: // data
			mem, at = h.stream, dataOffset+r.Uint64N(h.g.capacity)
		default:
			mem, at = h.heads, pageSize+r.Uint64N(uint64(len(h.heads))-pageSize)
		}
		old := word64(mem, at)
		if r.IntN(3) == 0 {
			v = *old ^ 1<<r.IntN(64)
		}
		*old = v
	}
}

// The same from a thousand seeds, in every run of the tests.
func TestScrambledRings(t *testing.T) {
	stop := time.Now().Add(duration(2 * time.Second))
	n := uint64(0)
	for ; n < 200 || time.Now().Before(stop) && (n < 5000 || *long > 0); n++ {
		h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8, MaxConsumers: 4})
		p := h.producer(Spin)
		c := h.consumer(ConsumerOptions{Name: "x", Lossless: true})
		publishScript(t, p, script{seed: n, longest: 100}, 0, 20)
		for range n % 20 {
			c.TryNext()
		}
		h.kill(p)
		h.kill(c)
		scramble(h, n+1)
		ends(t, fmt.Sprintf("noise %d", n+1), func() { tour(t, h) })
	}
	t.Logf("%d rings", n)
}

// Does a reader of a live ring, in whose memory bits flip, ever give out a message that was not sent, without a word?
// A flip in a payload is not noticed: there is no checksum. In a header it is, or what was read was read before it.
func TestBitsFlipInALiveRing(t *testing.T) {
	if raceDetector {
		t.Skip("the flips are races")
	}
	for round := range uint64(200) {
		h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2})
		p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
		random := rand.New(rand.NewPCG(round, 5))
		var next uint64
		for i := range uint64(200) {
			if err := p.TryPublish(uint32(i), make([]byte, i%100)); err != nil {
				break
			}
			if random.IntN(10) == 0 {
				*word64(h.stream, pageSize+random.Uint64N(4*h.g.spacing)) ^= 1 << random.IntN(64)
			}
			if random.IntN(10) == 0 {
				*word64(h.heads, pageSize+random.Uint64N(uint64(len(h.heads))-pageSize)) ^= 1 << random.IntN(64)
			}
			for {
				m, err := c.TryNext()
				var lapped *LappedError
				if errors.As(err, &lapped) {
					next = lapped.Next
					continue
				}
				if err != nil {
					break
				}
				if m.Seq != next || uint64(m.Tag) != m.Seq || uint64(len(m.Payload)) != m.Seq%100 {
					t.Fatalf("round %d: message %d, tag %d, %d bytes, want message %d", round, m.Seq, m.Tag, len(m.Payload), next)
				}
				next++
			}
		}
	}
}
