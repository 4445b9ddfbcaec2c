package mmapfile

import (
	"io"
	"io/fs"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// locked fails the test unless f sees the lock on byte off as stated.
func locked(t *testing.T, f *File, off int64, stated bool) {
	t.Helper()
	got, err := f.Locked(off)
	check(t, err)
	if got != stated {
		t.Fatalf("byte %d locked: %v, want %v", off, got, stated)
	}
}

// Do two descriptions exclude each other, even in one process?
func TestLockExcludesOtherDescriptions(t *testing.T) {
	owner := published(t, page)
	rival, reader := opened(t, owner.Path(), ReadWrite), opened(t, owner.Path(), ReadOnly)
	locked(t, rival, 5, false)
	check(t, owner.Lock(5))
	check(t, owner.Lock(5))
	want(t, rival.Lock(5), ErrLocked, "byte 5", owner.Path())
	want(t, rival.Lock(5), unix.EAGAIN)
	locked(t, rival, 5, true)
	locked(t, reader, 5, true)
	locked(t, owner, 5, false)
	locked(t, rival, 4, false)
	check(t, rival.Lock(6))
	check(t, rival.Unlock(5)) // not the rival's to drop
	locked(t, reader, 5, true)
	check(t, owner.Unlock(5))
	locked(t, reader, 5, false)
	check(t, rival.Lock(5))
}

// Does the closing of another description leave the lock alone?
func TestLockSurvivesOtherClose(t *testing.T) {
	owner := published(t, page)
	check(t, owner.Lock(0))
	check(t, opened(t, owner.Path(), ReadWrite).Close())
	handed, err := owner.Handout(ReadWrite)
	check(t, err)
	check(t, handed.Close())
	locked(t, opened(t, owner.Path(), ReadOnly), 0, true)
}

// Does a read lock get its own name, and no place among the writers?
func TestReadLockIsNoWriter(t *testing.T) {
	f := published(t, page)
	reader, err := os.Open(f.Path())
	check(t, err)
	defer reader.Close()
	lock := unix.Flock_t{Type: unix.F_RDLCK, Whence: io.SeekStart, Start: 0, Len: 1}
	check(t, unix.FcntlFlock(reader.Fd(), unix.F_OFD_SETLK, &lock))
	err = f.Lock(0)
	want(t, err, ErrReadLocked, "reader")
	want(t, err, unix.EAGAIN)
	locked(t, f, 0, false)
	check(t, reader.Close())
	check(t, f.Lock(0))
}

// Does a file opened for reading say why it gets no lock?
func TestLockNeedsReadWrite(t *testing.T) {
	reader := opened(t, published(t, page).Path(), ReadOnly)
	want(t, reader.Lock(0), unix.EBADF, "ReadWrite")
}

// Are offsets that no file has refused?
func TestLockOffset(t *testing.T) {
	f := published(t, page)
	want(t, f.Lock(-1), unix.EINVAL)
	_, err := f.Locked(-1)
	want(t, err, unix.EINVAL, "-1")
}

// Does a mapping keep the lock when the file is closed, and Unmap end it?
func TestMappingPinsLock(t *testing.T) {
	owner := published(t, page)
	other := opened(t, owner.Path(), ReadWrite)
	m := mapped(t, owner, page)
	check(t, owner.Lock(0))
	check(t, owner.Close())
	locked(t, other, 0, true)
	check(t, m.Unmap())
	locked(t, other, 0, false)
}

// Does Close end the lock when nothing is mapped?
func TestCloseEndsLock(t *testing.T) {
	owner := published(t, page)
	other := opened(t, owner.Path(), ReadWrite)
	check(t, owner.Lock(0))
	check(t, owner.Close())
	locked(t, other, 0, false)
}

// Is what is handed out, and what is made of it, free of the owner's lock?
func TestHandoutHasItsOwnLocks(t *testing.T) {
	for _, owner := range []*File{published(t, page), anonymous(t, page)} {
		check(t, owner.Lock(0))
		handed, err := owner.Handout(ReadWrite)
		check(t, err)
		defer handed.Close()
		lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: 0, Len: 1}
		if err := unix.FcntlFlock(handed.Fd(), unix.F_OFD_SETLK, &lock); err != unix.EAGAIN {
			t.Errorf("locking what was handed out: %v", err)
		}
		own, err := Reopen(handed.Fd(), ReadWrite)
		check(t, err)
		defer own.Close()
		want(t, own.Lock(0), ErrLocked)
		check(t, own.Lock(1))
		lock.Start = 1
		if err := unix.FcntlFlock(handed.Fd(), unix.F_OFD_SETLK, &lock); err != unix.EAGAIN {
			t.Errorf("a reopened file shares its locks with the descriptor it came from: %v", err)
		}
		locked(t, owner, 1, true)
	}
}

// Is access as asked for, whatever the descriptor that is handed on has?
func TestHandoutAccess(t *testing.T) {
	handed, err := published(t, page).Handout(ReadOnly)
	check(t, err)
	defer handed.Close()
	if _, err := handed.WriteAt([]byte{1}, 0); err == nil {
		t.Error("written through a read-only description")
	}
	want(t, reopened(t, published(t, page), ReadOnly).Lock(0), unix.EBADF)
}

// Is the kind of an error kept through the package's own?
func TestSentinels(t *testing.T) {
	want(t, ErrDeleted, fs.ErrNotExist)
	want(t, ErrNotRegular, fs.ErrInvalid)
}
