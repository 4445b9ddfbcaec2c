package ringgroup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"testing"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

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
	want(t, err, ring.ErrOptions)
	_, err = Join(path, Options{Group: "g", Window: 100})
	want(t, err, ring.ErrOptions)
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

// Does JoinContext wait for a ring that is made later, and for nothing else?
func TestJoinContext(t *testing.T) {
	path := ringPath(t)
	joined := make(chan error, 1)
	go func() {
		m, err := JoinContext(t.Context(), path, Options{Group: "late"})
		if err == nil {
			_, err = m.Next(patient(t))
			err = errors.Join(err, m.Close())
		}
		joined <- err
	}()
	publish(t, produce(t, path, ring.Options{}), 0, 1)
	check(t, <-joined)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := JoinContext(ctx, path+"-none", Options{Group: "late"})
	want(t, err, context.Canceled)
	want(t, err, fs.ErrNotExist)
	_, err = JoinContext(t.Context(), path+"-none", Options{Group: "no name"})
	want(t, err, ring.ErrOptions)
}
