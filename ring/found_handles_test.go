package ring

import (
	"bytes"
	"errors"
	"testing"
	"unsafe"
)

// More that failed when it was written: what one call of a handle did to what another call of it had begun.

// Flush prepared the ground ahead, where the open claim lies, and let Publish write over it.
func TestFoundFlushInAClaim(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	check(t, p.Append(1, []byte("a")))
	b, err := p.Claim(256)
	check(t, err)
	filled := bytes.Repeat([]byte{0xaa}, 256)
	copy(b, filled)
	want(t, p.Flush(), errClaimOpen)
	want(t, p.Publish(1, []byte("intruder")), errClaimOpen)
	check(t, p.Commit(2, 256))
	expect(t, c, 1, []byte("a"))
	expect(t, c, 2, filled)
}

// Seek let the gate slip: the pin of a new join lies above the head of a consumer that holds the producer up.
func TestFoundSeekKeepsItsGate(t *testing.T) {
	for name, to := range map[string]Start{"that fails": FromSeq(1 << 40), "to its own place": FromSeq(0), "to the oldest": Oldest()} {
		t.Run(name, func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096})
			p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
			full(t, p)
			p.announce(p.ceilSegment(p.pos + p.size(p.maxPayload()) + 8)) // as far ahead as can be, like one that waits
			for range 100 {
				if err := c.Seek(to); name == "that fails" {
					want(t, err, ErrNotYet)
				} else {
					check(t, err)
				}
				full(t, p)
			}
			m, err := c.TryNext()
			check(t, err)
			equal(t, "seq", m.Seq, 0)
		})
	}
}

// What a poll met behind its last message was still told after a Seek to somewhere else.
func TestFoundSeekForgetsTheEnd(t *testing.T) {
	h := newHeapRing(t, Options{})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	check(t, p.Publish(0, []byte("a")))
	h.close(p)
	_, err := c.Poll(10, func(*Message) error { return nil })
	check(t, err)
	check(t, c.Seek(Oldest()))
	expect(t, c, 0, []byte("a"))
}

// The same loss was told again for each Seek to a place that is gone.
func TestFoundSeeksTellALossOnce(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	lap(t, p)
	for range 3 {
		check(t, c.Seek(FromSeq(0)))
	}
	_, err := c.TryNext()
	lost, ok := err.(*LappedError)
	if !ok {
		t.Fatalf("got %v", err)
	}
	equal(t, "lost", lost.Lost, lost.Next)
}

// Whoever was ignored for the rest of a wait left, and the next owner of the entry was ignored in its stead.
func TestFoundIgnoredNoLongerThanTheWait(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 1, StallDeadline: 1})
	p, x := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	full(t, p)
	for x.heads.state(0) == x.state {
		p.stall.lastLook = p.stall.lastLook.Add(-lookInterval) // as after a while
		p.TryPublish(0, make([]byte, p.MaxMessage()))
	}
	if p.stall.ignores(0) {
		t.Error("entry 0 is ignored after the call that demoted its owner")
	}
}

// A new heads file made acknowledged what was not.
func TestFoundReattachAcknowledgesNothing(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	c := consume(t, path, ConsumerOptions{Lossless: true, Name: "x", ManualAck: true})
	publishTexts(t, p, "a", "b", "c")
	texts(t, c)
	p.switchHeads(p.files.renewHeads(&p.geometry)) // as after a fault
	c.reattach()
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 0)
	equal(t, "delivered", c.Stats().NextSeq, 3)
	publishTexts(t, p, "d")
	equal(t, "next", len(texts(t, c)), 1)
}

// A consumer that asked for what was gone, and died before it acknowledged that, had a successor that lowered the gate it took over to
// the oldest message it met. Nothing kept that: the producer may have looked at the heads before and overwrite it after.
func TestFoundTakeOverNeverLowersTheGate(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	lap(t, p)
	slow := h.consumer(ConsumerOptions{Lossless: true})
	full(t, p)
	p.announce(p.ceilSegment(p.pos + p.size(p.maxPayload()) + 8)) // as far ahead as can be, like one that waits
	o := ConsumerOptions{Lossless: true, Name: "x", From: FromSeq(0)}
	x := h.consumer(o)
	h.kill(x)
	texts(t, slow)
	check(t, slow.Ack())
	seen := p.allowed() // the producer looks at the heads,
	held := x.heads.headOf(x.entry)
	x = h.consumer(o)
	if head := x.heads.headOf(x.entry); head < held {
		t.Errorf("the gate was at %d and is at %d", held, head)
	}
	p.grant(seen) // and believes what it saw
	p.granted, p.limit = seen, seen
	p.setBelow()
	full(t, p)
	_, err := x.TryNext()
	lost, ok := err.(*LappedError)
	if !ok || lost.Demoted {
		t.Fatalf("told %v, want the loss", err)
	}
	m, err := x.TryNext()
	check(t, err)
	equal(t, "next", m.Seq, lost.Next)
}

// lockRecorder notes which bytes a handle locked.
type lockRecorder struct {
	locker
	taken []int64
}

func (l *lockRecorder) Lock(off int64) error {
	l.taken = append(l.taken, off)
	return l.locker.Lock(off)
}

// New heads, and the oldest of what was not acknowledged gone: it counted as acknowledged, and a successor was not told.
func TestFoundNewHeadsAcknowledgeNothing(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 1 << 14})
	c := consume(t, path, ConsumerOptions{Lossless: true, Name: "x", ManualAck: true})
	numbers(t, p, 0, 500)
	for range 500 {
		_, err := c.TryNext()
		check(t, err)
	}
	p.switchHeads(p.files.renewHeads(&p.geometry))
	numbers(t, p, 500, 900)
	c.reattach()
	equal(t, "listed", c.entry != unlisted, true)
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 0)
}

// A joiner that looked for a free entry locked each in turn, and a named consumer that came back just then took its own for another's
// and began anew, as if it had never been there.
func TestFoundNamedEntryIsNotLockedByJoiners(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	publishTexts(t, p, "a", "b", "c")
	o := ConsumerOptions{Lossless: true, Name: "x", From: Latest()}
	x := h.consumer(o)
	h.kill(x)
	y := h.unjoined(ConsumerOptions{Lossless: true})
	recorder := &lockRecorder{locker: y.files.headsLocks}
	y.files.headsLocks = recorder
	check(t, y.join())
	for _, off := range recorder.taken {
		if off == int64(x.entry) {
			t.Error("the entry of a named consumer was locked by a joiner")
		}
	}
	other := h.files().headsLocks
	check(t, other.Lock(int64(x.entry))) // whoever else has it: the name's place is not given up
	_, err := h.tryConsumer(o)
	want(t, err, ErrNameInUse, `"x"`)
	check(t, other.Unlock(int64(x.entry)))
	equal(t, "entry", h.consumer(o).entry, x.entry)
}

// A message without a payload, the last of a run that fills its buffer, pointed behind the buffer: to memory of another, or of nobody, which ends a
// process that collects garbage then.
func TestFoundEmptyAtTheEndOfARun(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 1 << 20})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	for range 62 {
		check(t, p.Publish(0, make([]byte, 240)))
	}
	check(t, errors.Join(p.Publish(0, make([]byte, runBytes-62*256-2*headerSize)), p.Publish(0, nil)))
	for range 63 {
		_, err := c.TryNext()
		check(t, err)
	}
	m, err := c.TryNext()
	check(t, err)
	equal(t, "the run's bytes", c.run.at(), runBytes)
	behind := &c.run.buffer[:cap(c.run.buffer)][runBytes] // panics if the buffer ends with the run
	equal(t, "points into the buffer", unsafe.SliceData(m.Payload) == behind, true)
}

// Two goroutines in Seek, which ErrBusy does not always notice, could leave Stats, and with it Close, waiting for good.
func TestFoundJumpsOfTwo(t *testing.T) {
	r := run{jumps: 1} // as the other goroutine has it in the middle
	r.jump(5)
	next, received := r.progress()
	equal(t, "next", next, 5)
	equal(t, "received", received, 0)
}

// A gate that went while View showed the last message of a segment was noticed when that was acknowledged, and the next message shown all the same.
func TestFoundViewBehindALostGate(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true})
	for range 40 {
		check(t, p.Publish(0, make([]byte, 48)))
	}
	shown, err := c.View(100, func(m *Message) error {
		if m.Seq == 3 { // ends a segment
			c.heads.swapState(c.entry, c.state, stateNext(c.state, modeFree))
		}
		return nil
	})
	equal(t, "shown", shown, 4)
	want(t, err, ErrDemoted)
}

// AckBefore of all that can be named acknowledged nothing.
func TestFoundAckBeforeAll(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Name: "ann", ManualAck: true})
	publishTexts(t, p, "a", "b", "c")
	texts(t, c)
	check(t, c.AckBefore(1<<64-1))
	equal(t, "acknowledged", c.acked.seq, 3)
}

// Ack and View beside Close told of a heads file that was cut off, and of a consumer that is not lossless.
func TestFoundCallsBesideClose(t *testing.T) {
	for name, call := range map[string]func(c *Consumer) error{
		"Ack": (*Consumer).Ack,
		"View": func(c *Consumer) error {
			if _, err := c.View(1, func(*Message) error { return nil }); err != ErrEmpty {
				return err
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 1000 {
				h := newHeapRing(t, Options{Capacity: 4096})
				c := h.consumer(ConsumerOptions{Lossless: true, Name: "ann"})
				said := make(chan error)
				go func() {
					said <- nil
					var err error
					for err == nil {
						err = call(c)
					}
					said <- err
				}()
				<-said
				h.close(c)
				want(t, <-said, ErrClosed)
			}
		})
	}
}
