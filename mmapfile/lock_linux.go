package mmapfile

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// Lock takes the exclusive lock on the byte at offset off, without waiting. The
// byte need not exist. The lock belongs to this description: it survives the
// closing of others and holds while the process is stopped; the kernel drops it
// when the description and every Mapping of it are gone, however that comes.
// Taking it again through the same File succeeds and changes nothing.
//
// It needs a writable File. ErrLocked: another description has the lock.
// ErrReadLocked: only read locks are in the way. After success, Check that the
// path still names this file: it may have been replaced while you waited.
func (f *File) Lock(off int64) error {
	return opError("lock", f.byteLabel(off), f.withFD(func(fd int) error {
		const attempts = 10 // a holder may go between the refusal and the question who it was
		for range attempts {
			err := setLock(fd, off, unix.F_WRLCK)
			if err == unix.EBADF {
				return fmt.Errorf("an exclusive lock needs a file opened ReadWrite: %w", err)
			}
			if err != unix.EAGAIN && err != unix.EACCES {
				return err
			}
			if holder := lockHolder(fd, off); holder != nil {
				return holder
			}
		}
		return ErrLocked
	}))
}

// Unlock drops the lock on the byte at offset off. It is no error if this
// description holds none.
func (f *File) Unlock(off int64) error {
	return opError("unlock", f.byteLabel(off), f.withFD(func(fd int) error {
		return setLock(fd, off, unix.F_UNLCK)
	}))
}

// Locked says whether another description, in this or any process, holds the
// exclusive lock on the byte at offset off. Its own lock does not count, nor do
// read locks. It works on read-only files and changes nothing.
func (f *File) Locked(off int64) (bool, error) {
	var held bool
	err := f.withFD(func(fd int) (err error) {
		held, err = conflicts(fd, off, unix.F_RDLCK)
		return err
	})
	return held, opError("probe", f.byteLabel(off), err)
}

func (f *File) byteLabel(off int64) string { return fmt.Sprintf("byte %d of %s", off, f.label) }

// lockHolder says why the exclusive lock was refused: ErrLocked, ErrReadLocked,
// or nil if nothing stands in the way any more.
func lockHolder(fd int, off int64) error {
	written, err := conflicts(fd, off, unix.F_RDLCK)
	if err != nil {
		return err
	}
	if written {
		return ErrLocked
	}
	read, err := conflicts(fd, off, unix.F_WRLCK)
	if err != nil {
		return err
	}
	if read {
		return ErrReadLocked
	}
	return nil
}

// setLock locks or unlocks one byte, on the open file description: the older
// F_SETLK would drop a lock when any descriptor of the file closes.
func setLock(fd int, off int64, kind int16) error {
	lock := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: off, Len: 1}
	return again(func() error { return unix.FcntlFlock(uintptr(fd), unix.F_OFD_SETLK, &lock) })
}

// conflicts says whether a lock of that kind would be refused. A read lock is
// refused by write locks only.
func conflicts(fd int, off int64, kind int16) (bool, error) {
	lock := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: off, Len: 1}
	err := again(func() error { return unix.FcntlFlock(uintptr(fd), unix.F_OFD_GETLK, &lock) })
	if errors.Is(err, unix.EINVAL) {
		return false, fmt.Errorf("offset %d cannot be locked: %w", off, err)
	}
	return err == nil && lock.Type != unix.F_UNLCK, err
}
