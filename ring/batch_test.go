package ring

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
)

// Is a batch invisible until it is flushed, and then whole? Does whatever publishes flush what was appended before it?
func TestBatchIsVisibleAtOnce(t *testing.T) {
	for name, flush := range map[string]func(p *Producer) error{
		"Flush":   (*Producer).Flush,
		"Publish": func(p *Producer) error { return p.Publish(0, []byte("end")) },
		"Commit": func(p *Producer) error {
			b, err := p.Claim(3)
			copy(b, "end")
			if err != nil {
				return err
			}
			return p.Commit(0, 3)
		},
		"Close": (*Producer).Close,
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{Lossless: true})
			for range 50 {
				for _, s := range []string{"", "one", "two"} {
					check(t, p.Append(7, []byte(s)))
					if _, err := c.TryNext(); err != ErrEmpty {
						t.Fatalf("an appended message is visible: %v", err)
					}
				}
				check(t, flush(p))
				got := texts(t, c)
				if name == "Publish" || name == "Commit" {
					equal(t, "the last message", got[len(got)-1], "end")
					got = got[:len(got)-1]
				}
				equal(t, "messages", fmt.Sprintf("%q", got), `["" "one" "two"]`)
				if name == "Close" {
					return
				}
			}
		})
	}
}

// Is a batch flushed before it exceeds the bound, so that it never waits for itself? (H5)
func TestH5BatchNeverOutgrowsTheRing(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	c := consume(t, path, ConsumerOptions{Lossless: true})
	r := &reader{script: script{seed: 5, longest: uint64(p.MaxMessage())}}
	flushed := 0
	var buf []byte
	for seq := range uint64(2000) {
		payload, tag := r.message(buf, seq)
		check(t, p.Append(tag, payload))
		before := r.received
		r.drain(t, c)
		if r.received > before {
			flushed++
			if r.received > seq { // the one just appended came with it
				t.Fatalf("message %d is visible before any flush", seq)
			}
		}
		buf = payload
	}
	check(t, p.Flush())
	r.drain(t, c)
	equal(t, "messages", r.received, 2000)
	if flushed < 100 {
		t.Errorf("only %d flushes by size", flushed)
	}
}

// Does a batch find room at every size, beside a consumer that has read all it can see? It would wait for itself. (H5)
func TestH5BatchNeverWaitsForItself(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	r := &reader{script: script{seed: 55, longest: 700}}
	for seq := range uint64(2000) {
		payload, tag := r.message(nil, seq)
		if err := p.AppendContext(noWait, tag, payload); err != nil {
			t.Fatalf("message %d, %d bytes into its batch: %v", seq, p.pos-p.batch.first, err)
		}
		r.drain(t, c)
	}
	check(t, p.Flush())
	r.drain(t, c)
	equal(t, "messages", r.received, 2000)
}

// Does a batch that needs space let the consumer have what it waits for? (H5)
func TestH5BatchIsFlushedBeforeWaiting(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096, Alignment: 64})
	c := consume(t, path, ConsumerOptions{Lossless: true})
	for range 50 {
		publishTexts(t, p, "filler")
	}
	done := make(chan error, 1)
	go func() { // 13 more fit: the rest wait, for a consumer that has read all that is visible
		for range 30 {
			if err := p.Append(1, []byte("batch")); err != nil {
				done <- err
				return
			}
		}
		done <- p.Flush()
	}()
	ctx := patient(t)
	for i := range 80 {
		m, err := c.Next(ctx)
		check(t, err)
		if want := map[bool]string{true: "filler", false: "batch"}[i < 50]; string(m.Payload) != want {
			t.Fatalf("message %d is %q, want %q", i, m.Payload, want)
		}
	}
	check(t, <-done)
}

// Is a batch shown to everyone before its producer waits, or gives up, for space that one consumer holds? (H5)
func TestH5BatchIsFlushedBeforeGivingUp(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	h.consumer(ConsumerOptions{Lossless: true}) // never reads
	lossy := h.consumer(ConsumerOptions{})
	for p.pos < 2880 {
		check(t, p.Publish(0, nil))
	}
	texts(t, lossy)
	for range 3 { // small enough that it need not be flushed for its size
		check(t, p.Append(0, []byte("batch")))
	}
	want(t, p.TryPublish(0, make([]byte, 1500)), ErrFull)
	equal(t, "messages", fmt.Sprint(texts(t, lossy)), "[batch batch batch]")
}

// Does anything shared name a record before it is committed: an anchor, last, or the tail? (H13)
func TestH13NothingNamesWhatIsNotCommitted(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	s, _ := h.raw()
	check(t, p.Publish(0, nil))
	for range 300 {
		for range 12 { // some segments of 256 bytes
			check(t, p.Append(0, []byte("batch")))
			for i := range uint64(segments) {
				if a := s.anchor(i); a >= p.batch.first {
					t.Fatalf("an anchor says %d, but nothing from %d on is committed", a, p.batch.first)
				}
			}
			if s.last() > p.batch.first || s.tail() > p.batch.first {
				t.Fatalf("last is %d and tail %d, but nothing from %d on is committed", s.last(), s.tail(), p.batch.first)
			}
		}
		check(t, p.Flush())
		for i := range uint64(segments) {
			if r, err := s.recordAt(s.anchor(i)); err == nil && r.word == 0 || err != nil && err != errLapped {
				t.Fatalf("anchor %d: %+v, %v", i, r, err)
			}
		}
	}
}

// Does a claim become exactly what was committed of it, whatever its owner wrote elsewhere? (H12)
func TestH12ClaimLeavesNothingBehind(t *testing.T) {
	for _, align := range []int{8, 64, 256} {
		path := ringPath(t)
		p := produce(t, path, Options{Capacity: 4096, Alignment: align})
		c := consume(t, path, ConsumerOptions{Lossless: true})
		forged := make([]byte, 0, p.MaxMessage()) // commit words with small lengths, everywhere
		for len(forged)+8 <= cap(forged) {
			forged = append(forged, 8, 0, 0, 0x80, 1, 0, 0, 0)
		}
		for i := range 2000 {
			n := int(mix(uint64(i)) % uint64(len(forged)+1))
			b, err := p.Claim(n)
			check(t, err)
			if len(b) != n || cap(b) != n {
				t.Fatalf("a claim of %d bytes has %d and room for %d", n, len(b), cap(b))
			}
			copy(b, forged)
			switch keep := int(mix(uint64(i)+1) % uint64(n+1)); i % 4 {
			case 0:
				check(t, p.Abort())
				if i%8 == 0 {
					check(t, p.Abort()) // does nothing
				}
			case 1:
				check(t, p.Commit(uint32(i), keep))
				expect(t, c, uint32(i), forged[:keep])
			case 2: // the same place, a shorter message by another way
				check(t, p.Abort())
				check(t, p.Publish(uint32(i), forged[:keep]))
				expect(t, c, uint32(i), forged[:keep])
			case 3: // in a batch
				check(t, p.Abort())
				keep = min(keep, 100)
				check(t, p.Append(1, forged[:keep]))
				check(t, p.Append(2, nil))
				_, err := p.Claim(min(n, 500))
				check(t, err)
				check(t, p.Abort())
				check(t, p.Flush())
				expect(t, c, 1, forged[:keep])
				expect(t, c, 2, nil)
			}
			if m, err := c.TryNext(); err != ErrEmpty {
				t.Fatalf("round %d: a message that nobody sent: %v, %v", i, m, err)
			}
		}
	}
}

// Is there a zero behind every batch, wherever it ends in what the last lap left: payloads full of what looks like records? (H12)
func TestH12BatchLeavesNothingBehind(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	var forged []byte
	for range 75 {
		forged = binary.LittleEndian.AppendUint64(forged, commitWord(9, 0))
	}
	for i := range uint32(500) {
		check(t, p.Publish(i, forged[:mix(uint64(i))%uint64(len(forged))]))
		for j := range uint32(3) {
			check(t, p.Append(j, forged[:8*j]))
		}
		check(t, p.Flush())
		expect(t, c, i, forged[:mix(uint64(i))%uint64(len(forged))])
		for j := range uint32(3) {
			expect(t, c, j, forged[:8*j])
		}
		if m, err := c.TryNext(); err != ErrEmpty {
			t.Fatalf("round %d: a message that nobody sent: %v, %v", i, m, err)
		}
	}
}

func expect(t *testing.T, c *Consumer, tag uint32, payload []byte) {
	t.Helper()
	m, err := c.TryNext()
	check(t, err)
	if m.Tag != tag || !bytes.Equal(m.Payload, payload) {
		t.Fatalf("got tag %d, %d bytes, want tag %d, %d bytes", m.Tag, len(m.Payload), tag, len(payload))
	}
}

// Are claims refused that would overlap, or end what was not begun?
func TestClaimMisuse(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{})
	want(t, p.Commit(0, 0), errNoClaim)
	check(t, p.Append(0, []byte("before")))
	b, err := p.Claim(5)
	check(t, err)
	copy(b, "claim")
	_, err = p.Claim(1)
	want(t, err, errClaimOpen)
	want(t, p.Publish(0, nil), errClaimOpen)
	want(t, p.Append(0, nil), errClaimOpen)
	want(t, p.Commit(0, 6), ErrTooLarge)
	want(t, p.Commit(0, -1), ErrTooLarge)
	want(t, p.Flush(), errClaimOpen) // it would prepare the ground where the claim lies
	check(t, p.Commit(3, 5))
	equal(t, "messages", fmt.Sprint(texts(t, c)), "[before claim]")
	want(t, p.Commit(0, 0), errNoClaim)
	_, err = p.Claim(5)
	check(t, err)
	check(t, p.Close()) // aborts it
	equal(t, "messages after Close", len(texts(t, c)), 0)
}
