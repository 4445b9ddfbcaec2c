package ringgroup

import (
	"context"
	"testing"

	"github.com/mmring/mmring/ring"
)

// Does a member that stops reading hold the others up after a window, and no sooner, and does finishing free them?
func TestWindow(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{Window: 64}), joined(t, path, Options{})
	publish(t, p, 0, 200)
	equal(t, "message", next(t, a).Seq, 0)
	for n := uint64(1); n < 64; n++ {
		equal(t, "message", next(t, b).Seq, n)
		check(t, b.Done(n))
	}
	nothing(t, b)
	got := make(chan uint64)
	go func() { got <- next(t, b).Seq }()
	check(t, a.Done(0))
	equal(t, "message", <-got, 64)
	for n := uint64(65); n < 128; n++ {
		equal(t, "message", next(t, b).Seq, n)
	}
	_, err := b.Next(t.Context()) // 64 is its own
	want(t, err, ErrUnfinished)
	check(t, b.Done(64))
	equal(t, "message", next(t, b).Seq, 128)
}

// Does the producer wait for what is unfinished, whoever of the members has it, and go on as soon as it is finished?
func TestUnfinishedMessagesStayReadable(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 4096})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	equal(t, "published", fill(p, 0) > 20, true)
	published := p.Stats().NextSeq
	for n := range published - 1 {
		equal(t, "message", next(t, a).Seq, n)
		if n > 0 {
			check(t, a.Done(n))
		}
	}
	next(t, b)
	check(t, b.Done(published-1))
	nothing(t, b)
	die(t, a)
	equal(t, "published without space", fill(p, published), 0)
	msg := next(t, b)
	equal(t, "message", msg.Seq, 0)
	check(t, b.Done(0))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { _, err := b.Next(ctx); done <- err }()
	check(t, p.PublishContext(patient(t), uint32(published), number(published)))
	check(t, <-done)
	cancel()
}

// Does what a member finished free the ring only up to the oldest unfinished message, whoever has it?
func TestSpaceIsFreedUpToTheOldestUnfinishedMessage(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 4096})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	published := fill(p, 0)
	const kept = 20
	for n := range published {
		next(t, a)
		if n != kept {
			check(t, a.Done(n))
		}
	}
	nothing(t, a)
	nothing(t, b)
	more := fill(p, published)
	if more < kept/2 || more > kept+4 {
		t.Errorf("with the first %d messages finished there was space for %d more", kept, more)
	}
	die(t, a)
	more += fill(p, published+more)
	msg := next(t, b)
	for msg.Seq != kept {
		msg = next(t, b)
	}
	equal(t, "redelivered", msg.Redelivered, 1)
}

// Is what the dead left given out while there is no end of new messages?
func TestTheDeadAreNoticedUnderLoad(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	publish(t, p, 0, 2000)
	for range 3 {
		next(t, a)
	}
	die(t, a)
	seen := 0
	for n := 0; n < 1500; n++ {
		msg := next(t, b)
		check(t, b.Done(msg.Seq))
		seen += msg.Redelivered
	}
	equal(t, "messages of the dead, long before the end", seen, 3)
}

// fill publishes until the ring is full.
func fill(p *ring.Producer, from uint64) (n uint64) {
	for p.TryPublish(uint32(from+n), number(from+n)) == nil {
		n++
	}
	return n
}

// Does a member asleep hold the producer up when what others had unfinished is finished?
func TestFinishingFreesTheGatesOfOthers(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 4096})
	a, b := joined(t, path, Options{Wait: ring.Sleep}), joined(t, path, Options{Wait: ring.Sleep})
	published := fill(p, 0)
	next(t, a)
	for n := uint64(1); n < published; n++ {
		next(t, b)
		check(t, b.Done(n))
	}
	got := make(chan uint64, 2)
	for _, m := range []*Member{a, b} {
		go func() {
			if msg, err := m.Next(patient(t)); err == nil {
				got <- msg.Seq
			}
		}()
	}
	check(t, a.Done(0)) // neither of them has read on, nor acknowledged anything since
	check(t, p.PublishContext(patient(t), uint32(published), number(published)))
	equal(t, "message", <-got, published)
}

// Does anything that is done for each message allocate?
func TestNothingPerMessageAllocates(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	payload, ctx := make([]byte, 64), t.Context()
	if n := testing.AllocsPerRun(5000, func() {
		check(t, p.Publish(1, payload))
		check(t, p.Publish(1, payload))
		for _, m := range []*Member{a, b} {
			msg, err := m.Next(ctx)
			check(t, err)
			check(t, m.Done(msg.Seq))
		}
	}); n != 0 {
		t.Errorf("%v allocations for a message", n)
	}
}
