package ring

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// numbers publishes messages that say what their number is.
func numbers(t *testing.T, p *Producer, from, to uint64) {
	t.Helper()
	for n := from; n < to; n++ {
		check(t, p.Publish(uint32(n), fmt.Append(nil, n)))
	}
}

// Is any message that the ring holds to be had again, without moving the consumer or disturbing what it was given?
func TestAtConsumesNothing(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true, ManualAck: true})
	_, err := c.At(0)
	want(t, err, ErrNotYet, "0 was asked for", "published is 0")
	numbers(t, p, 0, 30)
	for range 11 {
		_, err = c.TryNext()
		check(t, err)
	}
	delivered := c.message
	for _, n := range []uint64{0, 29, 10, 17, 0, 11} {
		m, err := c.At(n)
		check(t, err)
		equal(t, "message", fmt.Sprintf("%d %d %s", m.Seq, m.Tag, m.Payload), fmt.Sprintf("%d %d %d", n, n, n))
	}
	equal(t, "what was delivered before", fmt.Sprintf("%d %s", delivered.Seq, delivered.Payload), "10 10")
	m, err := c.TryNext()
	check(t, err)
	equal(t, "next", m.Seq, 11)
	_, err = c.At(30)
	want(t, err, ErrNotYet, "30 was asked for", "published is 30")
}

// Does At say what was overwritten, and from where on there is something?
func TestAtOfWhatIsOverwritten(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	lap(t, p)
	_, err := c.At(1)
	var lapped *LappedError
	if !errors.As(err, &lapped) || lapped.Next != 1+lapped.Lost || lapped.Lost == 0 {
		t.Fatalf("got %v", err)
	}
	m, err := c.At(lapped.Next)
	check(t, err)
	equal(t, "oldest", m.Seq, lapped.Next)
	equal(t, "counted as lost", c.Stats().Lost, 0)
}

// Does acknowledging up to a message keep that one and all after it, and free all before it?
func TestAckBeforeKeepsWhatComesAfter(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Name: "x", Lossless: true, ManualAck: true})
	published := uint64(0)
	fillUp := func() {
		for p.TryPublish(uint32(published), fmt.Append(nil, published)) == nil {
			published++
		}
	}
	fillUp()
	for range published {
		_, err := c.TryNext()
		check(t, err)
	}
	check(t, c.AckBefore(0))
	want(t, p.TryPublish(0, nil), ErrFull)
	check(t, c.AckBefore(20))
	before := published
	fillUp()
	if published < before+16 {
		t.Errorf("of 20 messages acknowledged only %d were freed", published-before)
	}
	for _, n := range []uint64{20, 21, published - 1} {
		m, err := c.At(n)
		check(t, err)
		equal(t, "kept", string(m.Payload), fmt.Sprint(n))
	}
	check(t, c.AckBefore(5)) // acknowledged long ago
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 20)
	h.kill(c)
	c = h.consumer(ConsumerOptions{Name: "x", Lossless: true, ManualAck: true})
	m, err := c.TryNext()
	check(t, err)
	equal(t, "first after a kill", m.Seq, 20)
	check(t, c.AckBefore(published)) // not delivered yet
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 21)
}

// Does a consumer without a gate that acknowledges part of what it has read survive that part being overwritten?
func TestAckBeforeOfWhatIsOverwritten(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Name: "x", ManualAck: true})
	numbers(t, p, 0, 10)
	for range 10 {
		_, err := c.TryNext()
		check(t, err)
	}
	lap(t, p)
	check(t, c.AckBefore(4))
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 4)
}

// Does a bounded wait end, however the consumer waits, and does a message end it sooner?
func TestNextWithin(t *testing.T) {
	for _, wait := range []Wait{Adaptive, Spin, Sleep} {
		h := newHeapRing(t, Options{})
		p, c := h.producer(Spin), h.consumer(ConsumerOptions{Wait: wait})
		for _, atMost := range []time.Duration{-time.Hour, -1, 0, 1, time.Microsecond, time.Millisecond, 20 * time.Millisecond} {
			_, err := c.NextWithin(context.Background(), atMost)
			want(t, err, ErrEmpty)
		}
		numbers(t, p, 0, 1)
		m, err := c.NextWithin(context.Background(), time.Hour)
		check(t, err)
		equal(t, "message", m.Seq, 0)
		go p.Publish(1, nil)
		m, err = c.NextWithin(patient(t), time.Hour)
		check(t, err)
		equal(t, "message", m.Seq, 1)
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		_, err = c.NextWithin(ctx, time.Hour)
		want(t, err, context.Canceled)
		_, err = c.NextWithin(patient(t), time.Nanosecond)
		want(t, err, ErrEmpty)
	}
}
