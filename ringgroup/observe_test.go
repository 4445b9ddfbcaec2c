package ringgroup

import (
	"io/fs"
	"testing"

	"github.com/mmring/mmring/ring"
)

// Does a snapshot say where the group is: from what is not finished to what was given out, no more than a window apart?
func TestSnapshotSaysWhereTheGroupIs(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	publish(t, p, 0, 10)
	is := func(oldest, next, lag, unfinished, returned uint64, alive int) {
		t.Helper()
		s := group(t, path)
		equal(t, "oldest", s.Oldest, oldest)
		equal(t, "next", s.Next, next)
		equal(t, "lag", s.Lag, lag)
		equal(t, "unfinished", s.Unfinished, unfinished)
		equal(t, "returned", s.Returned, returned)
		equal(t, "alive", s.Alive(), alive)
	}
	a := joined(t, path, Options{Window: 64, From: ring.FromSeq(5)})
	is(5, 5, 5, 0, 0, 1)
	b := joined(t, path, Options{})
	publish(t, p, 10, 200)
	equal(t, "message", next(t, a).Seq, 5)
	for n := uint64(6); n < 5+64; n++ {
		equal(t, "message", next(t, b).Seq, n)
		if n != 20 {
			check(t, b.Done(n))
		}
	}
	nothing(t, b)
	is(5, 5+64, 195, 2, 0, 2)
	check(t, a.Done(5))
	equal(t, "message", next(t, a).Seq, 5+64)
	is(20, 5+64+1, 180, 2, 0, 2)
	check(t, b.Close())
	is(20, 5+64+1, 180, 1, 1, 1)
}

// Can one group be looked at with what is known of its ring already, and is a group that does not exist an error that says so?
func TestObserveIn(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	joined(t, path, Options{Group: "g"})
	publish(t, p, 0, 3)
	s, err := look(path)
	check(t, err)
	g, err := ObserveIn(&s, "g")
	check(t, err)
	equal(t, "group", g.Group, "g")
	equal(t, "lag", g.Lag, 3)
	_, err = ObserveIn(&s, "other")
	want(t, err, fs.ErrNotExist)
	if _, err = ObserveIn(&s, "../g"); err == nil {
		t.Error("a name that no group can have was looked for")
	}
}
