package ring

import (
	"errors"
	"fmt"
	"testing"
)

// Does a consumer start where it asked to, in an empty, a partly filled and a lapped ring?
func TestStartsWhereAsked(t *testing.T) {
	for _, published := range []uint64{0, 1, 20, 5000} {
		for _, lossless := range []bool{false, true} {
			h := newHeapRing(t, Options{Capacity: 4096, firstSeq: 100})
			p := h.producer(Spin)
			for range published {
				check(t, p.Publish(0, make([]byte, mix(p.seq)%200)))
			}
			end := 100 + published
			o, err := p.oldest(0, 0)
			check(t, err)
			oldest := o.seq
			for _, c := range []struct {
				from Start
				want uint64
				lost uint64
			}{
				{Oldest(), oldest, 0}, {Latest(), end, 0}, {FromSeq(end), end, 0}, {FromSeq(oldest), oldest, 0},
				{FromSeq(100), oldest, oldest - 100}, {FromSeq(0), oldest, oldest}, {FromSeq((oldest + end) / 2), (oldest + end) / 2, 0},
				{Last(0), end, 0}, {Last(1), max(oldest, end-1), 0}, {Last(1 << 40), oldest, 0}, {Last(^uint64(0)), oldest, 0},
			} {
				name := fmt.Sprintf("published=%d/lossless=%v/%+v", published, lossless, c.from)
				consumer := h.consumer(ConsumerOptions{From: c.from, Lossless: lossless})
				var lapped *LappedError
				if c.lost > 0 {
					if _, err := consumer.TryNext(); !errors.As(err, &lapped) || lapped.Lost != c.lost || lapped.Next != c.want {
						t.Errorf("%s: %v, want %d lost", name, err, c.lost)
					}
				}
				if m, err := consumer.TryNext(); err == nil && m.Seq != c.want || err != nil && (err != ErrEmpty || c.want != end) {
					t.Errorf("%s: got %+v, %v, want message %d", name, m, err, c.want)
				}
				equal(t, name, consumer.Stats().Lossless, lossless)
				h.close(consumer)
			}
			for _, n := range []uint64{end + 1, ^uint64(0)} {
				_, err := h.tryConsumer(ConsumerOptions{From: FromSeq(n), Lossless: lossless})
				want(t, err, ErrNotYet, fmt.Sprint(n), fmt.Sprint(end))
			}
			check(t, p.TryPublish(0, nil)) // no failed joiner's gate is left
		}
	}
}

// Does Seek go where it is told, back or forth, and keep the place and the gate on an error? (H28)
func TestH28SeekPinsAnew(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	r := &reader{script: script{seed: 3, longest: 100}}
	publishScript(t, p, r.script, 0, 200)
	c := h.consumer(ConsumerOptions{Lossless: true})
	seq := uint64(200)
	for round := range uint64(500) {
		oldest, err := p.oldest(0, 0)
		check(t, err)
		to := oldest.seq + mix(round)%(seq-oldest.seq+1)
		want(t, c.Seek(FromSeq(seq+1)), ErrNotYet)
		equal(t, "next seq after a failed Seek", c.Stats().NextSeq, max(r.next, c.Stats().NextSeq))
		check(t, c.Seek(FromSeq(to)))
		r.next = to
		if m, err := c.TryNext(); err != ErrEmpty { // what is announced as going is told as lost; after that nothing is
			if err = r.take(t, m, err); err != nil {
				t.Fatal(err)
			}
		}
		r.laps = 0
		for { // as far as the gate lets it
			payload, tag := r.message(nil, seq)
			if err := p.TryPublish(tag, payload); err == ErrFull {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			seq++
		}
		for range mix(round) % 40 {
			m, err := c.TryNext()
			if err = r.take(t, m, err); err == ErrEmpty {
				break
			}
			check(t, err)
		}
		equal(t, "laps", r.laps, 0)
	}
	r.drain(t, c)
	equal(t, "end", r.next, seq)
}

// Is a named lossless consumer, killed while the ring is full and restarted at once, given everything? (H3)
func TestH3TakeOverOfAFullRing(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	r := &reader{script: script{seed: 4, longest: 100}}
	seq := uint64(0)
	for round := range 300 {
		c := h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
		r.next = c.Stats().NextSeq // what was not acknowledged comes again
		for range mix(uint64(round)) % 40 {
			m, err := c.TryNext()
			if err = r.take(t, m, err); err == ErrEmpty {
				break
			}
			check(t, err)
		}
		for {
			payload, tag := r.message(nil, seq)
			if err := p.TryPublish(tag, payload); err == ErrFull {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			seq++
		}
		p.announce(p.granted + p.segment) // as if it waited
		h.kill(c)
	}
	c := h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	r.next = c.Stats().NextSeq
	r.drain(t, c)
	equal(t, "end", r.next, seq)
	equal(t, "laps", r.laps, 0)
	equal(t, "freed", p.Stats().Freed, 0)
}

// Is a join whose owner was killed half way not taken for a completed one? (H3, H17)
func TestH3UnfinishedJoinIsNotTakenOver(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	r := &reader{script: script{seed: 7, longest: 100}}
	publishScript(t, p, r.script, 0, 500)
	x := h.unjoined(ConsumerOptions{Lossless: true, Name: "x"})
	_, err := x.enlist()
	check(t, err)
	x.pin(false)
	equal(t, "mode", stateMode(x.heads.state(x.entry)), modeJoining)
	h.kill(x)
	y := h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	equal(t, "entry", y.entry, x.entry)
	h.kill(y) // at its place, which is known: then its successor dies while joining
	x.heads.swapState(y.entry, y.state, stateWith(y.state, modeJoining))
	y = h.unjoined(ConsumerOptions{Lossless: true, Name: "x"})
	found, err := y.enlist()
	check(t, err)
	if !found.found || found.gated {
		t.Fatalf("an unfinished join is taken for %+v", found)
	}
	h.kill(y)
	y = h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	m, err := y.TryNext()
	check(t, err)
	r.next = m.Seq
	check(t, r.take(t, m, err))
	r.drain(t, y)
	equal(t, "end", r.next, 500)
	equal(t, "laps", r.laps, 0)
}

// Is a walk that starts where the producer has been since not continued, whatever lies there now? (H8)
func TestH8EveryStepOfAWalkIsChecked(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 8})
	p := h.producer(Spin)
	for range 100 {
		check(t, p.Publish(0, make([]byte, 48)))
	}
	s, _ := h.raw()
	// Position 64 was overwritten. What lies there looks like a record, which leads into a payload above reserved-C, in
	// which there looks to be another.
	intact := (s.reserved() - s.capacity + 63) &^ 63
	s.plant(64, commitWord(0, intact+24-64-headerSize))
	s.plant(intact+24, commitWord(0, 0))
	s.storeSeq(intact+24, 1000)
	for _, wanted := range []uint64{0, 1000, toEnd} {
		if at, err := s.walk(64, wanted); err != errLapped {
			t.Errorf("a walk to %d came to %+v, %v", wanted, at, err)
		}
	}
	if _, err := s.recordAt(intact + 1); !errors.Is(err, ErrCorrupt) { // H45: an unaligned load would fault on arm64
		t.Errorf("an unaligned position: %v", err)
	}
}

// Is what the heads file says never taken for a record boundary? (H17, H18)
func TestH17ResumesBySequenceNotByHead(t *testing.T) {
	for _, lossless := range []bool{false, true} {
		for _, head := range []uint64{0, 1, 24, 4095, 4096, 1 << 40, ^uint64(0)} {
			h := newHeapRing(t, Options{Capacity: 4096})
			p := h.producer(Spin)
			r := &reader{script: script{seed: 8, longest: 100}}
			publishScript(t, p, r.script, 0, 100)
			c := h.consumer(ConsumerOptions{Name: "x", Lossless: lossless, From: Last(5)})
			for range 2 {
				_, err := c.TryNext()
				check(t, err)
			}
			check(t, c.Ack())
			h.kill(c)
			c.heads.setHead(c.entry, head) // by whoever may write the file, or a crash between nextSeq and head
			c = h.consumer(ConsumerOptions{Name: "x", Lossless: lossless})
			r.next = 97
			r.drain(t, c)
			equal(t, "end", r.next, 100)
			equal(t, "lost", r.lost, 0)
			equal(t, "received", r.received, 3)
		}
	}
}

// Is what a resumed consumer missed exact, and a place beyond the end an error instead of a wait? (H18)
func TestH18ResumeCountsExactly(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	r := &reader{script: script{seed: 8, longest: 100}}
	seq := uint64(0)
	for range 50 {
		c := h.consumer(ConsumerOptions{Name: "x"})
		r.next = c.Stats().NextSeq - c.Stats().Lost
		r.drain(t, c)
		equal(t, "end", r.next, seq)
		publishScript(t, p, r.script, seq, seq+200)
		seq += 200
		if seq%400 == 0 {
			h.kill(c)
		} else {
			h.close(c)
		}
	}
	if r.laps == 0 {
		t.Error("never lapped")
	}
	_, hd := h.raw()
	hd.setNextSeq(0, seq+5)
	_, err := h.tryConsumer(ConsumerOptions{Name: "x"})
	want(t, err, ErrNotYet)
}

// Is a name of one living consumer at a time, and its place free when it is gone? (H26)
func TestH26NameInUse(t *testing.T) {
	h := newHeapRing(t, Options{MaxConsumers: 2})
	c := h.consumer(ConsumerOptions{Name: "x"})
	for _, lossless := range []bool{false, true} {
		_, err := h.tryConsumer(ConsumerOptions{Name: "x", Lossless: lossless})
		want(t, err, ErrNameInUse, `"x"`)
	}
	h.kill(c)
	h.close(h.consumer(ConsumerOptions{Name: "x"}))
	h.close(h.consumer(ConsumerOptions{Name: "x", Lossless: true}))
	_, hd := h.raw()
	equal(t, "modes", fmt.Sprint(stateMode(hd.state(0)), stateMode(hd.state(1))), "parked free")
}

// What if the table is full: of the living, the dead, and the named that left?
func TestTableFull(t *testing.T) {
	h := newHeapRing(t, Options{MaxConsumers: 3})
	p := h.producer(Spin)
	publishTexts(t, p, "hello")
	living, dead, named := h.consumer(ConsumerOptions{Lossless: true}), h.consumer(ConsumerOptions{}), h.consumer(ConsumerOptions{Name: "x"})
	h.close(named)
	h.kill(dead)
	second := h.consumer(ConsumerOptions{Lossless: true}) // in the dead one's place
	for _, o := range []ConsumerOptions{{Lossless: true}, {Name: "y"}, {Name: "z", Lossless: true}} {
		_, err := h.tryConsumer(o)
		want(t, err, ErrTableFull, "3 entries", "1 keep the place")
	}
	unlisted := h.consumer(ConsumerOptions{}) // a lossy one needs no entry
	for _, c := range []*Consumer{living, second, unlisted} {
		equal(t, "messages", fmt.Sprint(texts(t, c)), "[hello]")
	}
	h.close(unlisted)
	h.close(h.consumer(ConsumerOptions{Name: "x", Lossless: true}))
}
