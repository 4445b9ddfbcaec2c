package ringgroup

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// Does each message go to exactly one member, in order, and does the stream end for all?
func TestEachMessageGoesToOneMember(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	publish(t, p, 0, 100)
	for n := uint64(0); n < 100; n++ {
		m := a
		if n%3 == 0 {
			m = b
		}
		msg := next(t, m)
		equal(t, "message", msg.Seq, n)
		equal(t, "redelivered", msg.Redelivered, 0)
		check(t, m.Done(n))
	}
	nothing(t, a)
	check(t, p.Close())
	end(t, a)
	end(t, b)
	s := group(t, path)
	equal(t, "done", s.Done, 100)
	equal(t, "oldest", s.Oldest, 100)
	equal(t, "stats", a.Stats(), Stats{Delivered: 66, Done: 66})
}

// Are the unfinished messages of a member that died given to another, marked so, before it gets nothing?
func TestUnfinishedMessagesOfTheDeadAreHandedOn(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	publish(t, p, 0, 10)
	for n := range uint64(6) {
		equal(t, "message", next(t, a).Seq, n)
	}
	check(t, a.Done(1))
	check(t, a.Done(4))
	for n := uint64(6); n < 10; n++ {
		equal(t, "message", next(t, b).Seq, n)
	}
	nothing(t, b) // a lives
	die(t, a)
	for _, n := range []uint64{0, 2, 3, 5} {
		msg := next(t, b)
		equal(t, "message", msg.Seq, n)
		equal(t, "redelivered", msg.Redelivered, 1)
	}
	nothing(t, b)
	for n := range uint64(10) {
		if err := b.Done(n); n != 1 && n != 4 {
			check(t, err)
		} else {
			want(t, err, ErrNotHeld)
		}
	}
	s := group(t, path)
	equal(t, "group", s.Stats, Stats{Delivered: 14, Redelivered: 4, Done: 10})
	equal(t, "alive", s.Members[0].Alive, false)
	equal(t, "alive", s.Members[1].Alive, true)
}

// Is a redelivery counted on, over any number of deaths, and through a slot that is used again by a member that has nothing?
func TestRedeliveriesAreCounted(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	publish(t, p, 0, 1)
	keep := joined(t, path, Options{}) // holds the gate, and reads nothing yet
	for i := range 5 {
		m := joined(t, path, Options{})
		equal(t, "slot", m.slot, 1)
		msg := next(t, m)
		equal(t, "redelivered", msg.Redelivered, i)
		if i%2 == 0 {
			die(t, m)
		} else {
			check(t, m.Close())
		}
	}
	equal(t, "redelivered", next(t, keep).Redelivered, 5)
}

// Does Close hand back what is unfinished, at once, and does nobody get what it had finished?
func TestCloseHandsBack(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	publish(t, p, 0, 3)
	for range 3 {
		next(t, a)
	}
	check(t, a.Done(1))
	check(t, a.Close())
	equal(t, "returned", group(t, path).Returned, 2)
	equal(t, "message", next(t, b).Seq, 0)
	equal(t, "message", next(t, b).Seq, 2)
	nothing(t, b)
	check(t, a.Close())
	want(t, a.Done(0), ErrClosed)
	want(t, a.Done(0), os.ErrClosed)
	_, err := a.Next(t.Context())
	want(t, err, ErrClosed)
	equal(t, "stats of a closed member", a.Stats(), Stats{Delivered: 3, Done: 1})
	a = joined(t, path, Options{})
	equal(t, "slot", a.slot, 0)
	equal(t, "stats of the next in its slot", a.Stats(), Stats{})
	equal(t, "stats of the slot", group(t, path).Members[0].Stats, Stats{Delivered: 3, Done: 1})
}

// Does the position stay when all are gone, and go on where it was?
func TestPositionOutlivesTheMembers(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a := joined(t, path, Options{From: ring.Latest()})
	publish(t, p, 0, 10)
	for range 5 {
		next(t, a)
	}
	for _, n := range []uint64{0, 1, 3} {
		check(t, a.Done(n))
	}
	die(t, a)
	b := joined(t, path, Options{From: ring.Latest()})
	for i, n := range []uint64{2, 4, 5, 6, 7, 8, 9} {
		msg := next(t, b)
		equal(t, "message", msg.Seq, n)
		equal(t, "was given out before", msg.Redelivered == 1, i < 2)
		check(t, b.Done(n))
	}
	nothing(t, b)
	equal(t, "done", group(t, path).Done, 10)
}

// Is what was overwritten while nobody was there told exactly, also when it is many times the window, and are unfinished messages among
// it, and finished ones not?
func TestWhatIsOverwrittenMeanwhileIsToldExactly(t *testing.T) {
	for _, more := range []uint64{40, 200, 5000} {
		path := ringPath(t)
		p := produce(t, path, ring.Options{Capacity: 4096})
		a := joined(t, path, Options{Window: 64})
		publish(t, p, 0, 10)
		for range 8 {
			next(t, a)
		}
		for _, n := range []uint64{0, 1, 3, 7} {
			check(t, a.Done(n))
		}
		die(t, a)
		publish(t, p, 10, 10+more)
		check(t, p.Close())
		b := joined(t, path, Options{})
		var lost, got uint64
		for {
			msg, err := b.Next(patient(t))
			var lapped *ring.LappedError
			if errors.As(err, &lapped) {
				lost += lapped.Lost
				continue
			}
			if err == io.EOF {
				break
			}
			check(t, err)
			got++
			check(t, b.Done(msg.Seq))
		}
		if lost+got+4 != 10+more || got == 0 || more >= 200 && lost < 100 {
			t.Errorf("of %d messages, 4 finished before, %d were got and %d lost", 10+more, got, lost)
		}
		s := group(t, path)
		equal(t, "lost", s.Lost, lost)
		equal(t, "oldest", s.Oldest, 10+more)
	}
}

// Is a new group told what it was too late for?
func TestNewGroupIsToldWhatItMissed(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 4096})
	publish(t, p, 0, 200)
	m := joined(t, path, Options{From: ring.FromSeq(50)})
	_, err := m.Next(t.Context())
	var lapped *ring.LappedError
	if !errors.As(err, &lapped) || lapped.Lost != lapped.Next-50 || lapped.Lost == 0 {
		t.Fatal(err)
	}
	equal(t, "message", next(t, m).Seq, lapped.Next)
}

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

// Is a stream at its end only when everything is finished, by whomever?
func TestEndComesAfterTheLastMessageIsFinished(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{}), joined(t, path, Options{})
	publish(t, p, 0, 3)
	check(t, p.Close())
	next(t, a)
	next(t, a)
	next(t, b)
	end := make(chan error)
	go func() { _, err := a.Next(patient(t)); end <- err }()
	select {
	case err := <-end:
		t.Fatalf("the end comes with a message unfinished: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	check(t, b.Done(2))
	want(t, <-end, io.EOF) // what it has not finished itself does not keep it
	go func() { _, err := b.Next(patient(t)); end <- err }()
	check(t, a.Done(0))
	check(t, a.Done(1))
	want(t, <-end, io.EOF)
}

// Do groups of one ring know nothing of each other?
func TestGroupsAreIndependent(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	a, b := joined(t, path, Options{Group: "a"}), joined(t, path, Options{Group: "b"})
	publish(t, p, 0, 5)
	for n := range uint64(5) {
		equal(t, "message", next(t, a).Seq, n)
		equal(t, "message", next(t, b).Seq, n)
	}
	groups, err := Observe(path)
	check(t, err)
	equal(t, "groups", len(groups), 2)
	equal(t, "group", groups[0].Group+groups[1].Group, "ab")
}

// Does what can be wrong with joining give the error that says so?
func TestJoinRefuses(t *testing.T) {
	path := ringPath(t)
	_, err := Join(path, Options{Group: "g"})
	want(t, err, os.ErrNotExist)
	produce(t, path, ring.Options{MaxConsumers: 2})
	_, err = Join(path, Options{Group: "a.b"})
	if err == nil {
		t.Error("a dot in a name")
	}
	_, err = Join(path, Options{Group: "g", Window: 100})
	if err == nil {
		t.Error("a window of 100")
	}
	_, err = Join(path, Options{Group: "g", From: ring.FromSeq(1)})
	want(t, err, ring.ErrNotYet)
	joined(t, path, Options{})
	_, err = Join(path, Options{Group: "g", Window: 64})
	want(t, err, ErrWindow)
	joined(t, path, Options{})
	_, err = Join(path, Options{Group: "g"})
	want(t, err, ErrFull)
	_, err = Join(path, Options{Group: "h"})
	want(t, err, ring.ErrTableFull)
}

// Does one Next at a time mean just that, and does Close end it?
func TestNextIsInterrupted(t *testing.T) {
	path := ringPath(t)
	produce(t, path, ring.Options{})
	m := joined(t, path, Options{Wait: ring.Sleep})
	done := make(chan error)
	go func() {
		err := ErrBusy
		for err == ErrBusy { // the other call came in between
			_, err = m.Next(patient(t))
		}
		done <- err
	}()
	err := ring.ErrEmpty
	for err == ring.ErrEmpty { // until the other call is in progress
		_, err = m.TryNext()
	}
	want(t, err, ErrBusy)
	check(t, m.Close())
	want(t, <-done, ErrClosed)
}

// Do Remove and the next ring of the name take the groups along?
func TestGroupsGoWithTheRing(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	m := joined(t, path, Options{})
	file := m.file.Path()
	check(t, m.Close())
	check(t, p.Close())
	p = produce(t, path, ring.Options{Replace: true})
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left after a replacement: %v", file, err)
	}
	file = joined(t, path, Options{}).file.Path()
	check(t, p.Close())
	check(t, ring.Remove(path))
	if files, err := beside.List(path); err != nil || len(files) != 0 {
		t.Errorf("left after Remove: %v %v", files, err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// Is a group file that was cut off an error, for members and observers, and no concern of the producer and other consumers?
func TestTruncatedGroupFile(t *testing.T) {
	for _, size := range []int64{0, pageSize, pageSize + 8} {
		path := ringPath(t)
		p := produce(t, path, ring.Options{})
		m := joined(t, path, Options{})
		c, err := ring.Open(path, ring.ConsumerOptions{Lossless: true})
		check(t, err)
		publish(t, p, 0, 3)
		check(t, os.Truncate(m.file.Path(), size))
		_, err = m.Next(t.Context())
		want(t, err, mmapfile.ErrTruncated)
		want(t, m.Done(0), mmapfile.ErrTruncated)
		if _, err = Observe(path); err == nil {
			t.Error("observed")
		}
		if _, err := Join(path, Options{Group: "g"}); err == nil {
			t.Error("joined")
		}
		publish(t, p, 3, 6)
		for range 6 {
			_, err := c.TryNext()
			check(t, err)
		}
		want(t, m.Close(), mmapfile.ErrTruncated)
		check(t, c.Close())
	}
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
