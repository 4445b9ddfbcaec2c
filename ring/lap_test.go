package ring

import (
	"errors"
	"testing"
)

// lap publishes more than the ring holds.
func lap(t testing.TB, p *Producer) {
	t.Helper()
	for end := p.pos + p.capacity + p.segment; p.pos < end; {
		check(t, p.Publish(0, nil))
	}
}

// A consumer's steps, by the protocol's verbs, with the producer's between any two of them: is what was overwritten
// meanwhile always noticed, and what was not never called so?
func TestOverwrittenBetweenLoadCopyAndCheckIsNoticed(t *testing.T) {
	for _, between := range []string{"nothing", "before load", "load and copy", "copy and check", "announcement only"} {
		t.Run(between, func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096})
			p := h.producer(Spin)
			check(t, p.Publish(1, []byte("the first message")))
			s, _ := h.raw()
			at := func(point string) {
				if between == point {
					lap(t, p)
				}
			}
			at("before load")
			w := s.loadCommit(0)
			at("load and copy")
			buf := make([]byte, min(length(w), s.maxPayload()))
			copyUnsure(buf, s.payload(0, uint64(len(buf))))
			at("copy and check")
			if between == "announcement only" {
				p.announce(p.ceilSegment(4096 + 4096)) // E1 without E3: nothing may be overwritten yet
			}
			intact := s.intact(0)
			equal(t, "intact", intact, between == "nothing" || between == "announcement only")
			if intact {
				equal(t, "payload", string(buf), "the first message")
			}
		})
	}
}

// Does a lossless consumer take an announcement, made by a producer that waits for it, for a lap? (H1)
func TestH1FullRingIsNoLap(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	lossless, lossy := h.consumer(ConsumerOptions{Lossless: true}), h.consumer(ConsumerOptions{})
	s := script{seed: 1, longest: 200}
	a, b := &reader{script: s}, &reader{script: s}
	for seq := uint64(0); seq < 3000; {
		payload, tag := s.message(nil, seq)
		switch err := p.TryPublish(tag, payload); err {
		case nil:
			seq++
		case ErrFull: // announced, not granted
			b.drain(t, lossy)
			a.drain(t, lossless)
			if seq != a.next || a.laps+b.laps != 0 {
				t.Fatalf("a consumer of a full ring was told of %d and %d laps at %d", a.laps, b.laps, seq)
			}
		default:
			t.Fatal(err)
		}
	}
}

// Does a producer that takes over while the ring is full believe what was announced, or granted, to the one before? (H2)
func TestH2RestartBelievesNoGrant(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Lossless: true})
	r := &reader{script: script{seed: 2, longest: 100}}
	var seq uint64
	for round := range 500 {
		for {
			payload, tag := r.message(nil, seq)
			err := p.TryPublish(tag, payload)
			if err == ErrFull {
				break
			}
			check(t, err)
			seq++
		}
		p.announce(p.granted + p.segment) // as it would have, had it waited
		h.kill(p)
		p = h.producer(Spin)
		equal(t, "next seq after restart", p.Stats().NextSeq, seq)
		payload, tag := r.message(nil, seq)
		if err := p.TryPublish(tag, payload); err == nil {
			seq++
		} else if err != ErrFull {
			t.Fatal(err)
		}
		for range round % 30 {
			m, err := c.TryNext()
			if err = r.take(t, m, err); err == ErrEmpty {
				break
			}
			check(t, err)
		}
		if r.laps != 0 {
			t.Fatal("a lossless consumer was lapped")
		}
	}
	r.drain(t, c)
	equal(t, "received", r.received, seq)
}

// Is the newest message readable whatever is in flight: a large claim, a large batch, an announcement? (H4, H15, H16)
func TestH4NewestMessageIsAlwaysReadable(t *testing.T) {
	for _, align := range []int{8, 64, 256} {
		for offset := range uint64(4096 / align) {
			h := newHeapRing(t, Options{Capacity: 4096, Alignment: align})
			p := h.producer(Spin)
			for p.pos < offset*uint64(align) {
				check(t, p.Publish(0, nil))
			}
			largest := make([]byte, p.MaxMessage())
			check(t, p.Publish(4, largest))
			newest := p.Stats().NextSeq - 1
			b, err := p.Claim(len(largest))
			check(t, err)
			for i := range b {
				b[i] = 0xff
			}
			c := h.consumer(ConsumerOptions{From: Last(1)})
			m, err := c.TryNext()
			check(t, err)
			equal(t, "seq", m.Seq, newest)
			equal(t, "length", len(m.Payload), len(largest))
			m, err = c.Latest()
			check(t, err)
			equal(t, "latest", m.Seq, newest)
			h.kill(p) // inside the claim
			p = h.producer(Spin)
			equal(t, "next seq after restart", p.Stats().NextSeq, newest+1)
			check(t, p.Publish(9, nil))
			m, err = c.TryNext()
			check(t, err)
			equal(t, "seq after restart", m.Seq, newest+1)
		}
	}
}

// Does a lapped consumer land with room to spare, and not where it is lapped again at once? (H10)
func TestH10LandsWithRoom(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 1 << 16})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	for range 50 {
		texts(t, c)
		lap(t, p)
		_, err := c.TryNext()
		var lapped *LappedError
		if !errors.As(err, &lapped) {
			t.Fatalf("lapped: %v", err)
		}
		for room := p.capacity / 8; room > p.segment; room -= p.align { // the producer goes on
			check(t, p.Publish(0, nil))
		}
		m, err := c.TryNext()
		check(t, err)
		equal(t, "seq", m.Seq, lapped.Next)
		if left := p.pos - c.delivered().pos; left < p.capacity/2 {
			t.Fatalf("it was thrown forward to %d bytes from the end of %d", left, p.capacity)
		}
	}
}

// Is a run of several messages taken whole or not at all, and nothing outside the mapping touched, whatever the
// lengths say that were overwritten? (H11)
func TestH11RunOfOverwrittenRecords(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{})
	check(t, p.Publish(0, nil))
	s, _ := h.raw()
	for _, n := range []uint64{lengthMask, s.maxPayload() + 1, s.maxPayload(), 4000, 100} {
		for at := uint64(16); at < 4096; at += 8 { // as if overwritten under way
			s.plant(at, commitWord(0, n))
		}
		m, err := c.TryNext()
		if err == nil { // the record that is one
			equal(t, "seq", m.Seq, 0)
			_, err = c.TryNext()
		}
		want(t, err, ErrCorrupt)
	}
	s.grant(1 << 20)
	_, err := c.TryNext()
	want(t, err, ErrCorrupt) // no record is left to land on
}

// Is exactly what was lost reported when the stream ended, or nothing was ever read, or no next message exists? (H16)
func TestH16LossIsExactWithoutANextMessage(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	r := &reader{script: script{seed: 6, longest: 1000}}
	fromLatest := h.consumer(ConsumerOptions{From: Latest()})
	fromOldest := h.consumer(ConsumerOptions{})
	publishScript(t, p, r.script, 0, 777)
	check(t, p.Close())
	for _, c := range []*Consumer{fromLatest, fromOldest} {
		*r = reader{script: r.script}
		r.toEnd(t, c)
		equal(t, "received and lost", r.received+r.lost, 777)
		equal(t, "lost, by Stats", c.Stats().Lost, r.lost)
	}
}

// Does a consumer that was lapped again before it got anything land farther from the producer each time, and at the newest message at last; and
// nearer again when it got something? Where a message takes as long to copy as to publish it would get none otherwise.
func TestFoundLandsFartherWhenLappedAtOnce(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	lapped := func(room uint64) {
		t.Helper()
		lap(t, p)
		_, err := c.TryNext()
		var told *LappedError
		equal(t, "lapped", errors.As(err, &told), true)
		newest := p.seq - 1
		if spare := c.head + p.capacity - c.reserved(); spare < room && c.seq != newest {
			t.Errorf("landed %d bytes before the producer, want %d", spare, room)
		} else if near := room + 2*p.segment; room < p.capacity && spare > near {
			t.Errorf("landed %d bytes before the producer, want at most %d", spare, near)
		}
		if room == p.capacity {
			equal(t, "landed at", c.seq, newest)
		}
	}
	for _, room := range []uint64{512, 1024, 2048, 4096, 4096} {
		lapped(room)
	}
	for _, room := range []uint64{2048, 1024, 512, 512} {
		texts(t, c)
		lapped(room)
	}
	lapped(1024)
}
