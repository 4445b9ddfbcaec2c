package ringgroup

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

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

// Does a member say whose it is, both the one that made the group and the one that found it?
func TestMembersSayWhoseTheyAre(t *testing.T) {
	path := ringPath(t)
	produce(t, path, ring.Options{})
	for range 2 {
		m := joined(t, path, Options{Group: "workers"})
		equal(t, "printed", fmt.Sprint(m), "member of group workers, consumer of ring "+path)
	}
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
