package mmapfile

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"
)

// identityOf returns what tells this inode from others.
func identityOf(st *unix.Stat_t) identity {
	return identity{dev: uint64(st.Dev), ino: st.Ino}
}

// Size returns the size of the file now, in bytes.
func (f *File) Size() (int64, error) {
	var st unix.Stat_t
	err := f.withFD(func(fd int) error {
		return again(func() error { return unix.Fstat(fd, &st) })
	})
	return st.Size, opError("size of", f.label, err)
}

// Check says whether the file is whole and its path still names it: nil, or an
// error that wraps ErrTruncated (smaller than when it was opened or created),
// ErrDeleted or ErrReplaced. A file not yet published is looked for under its
// temporary name; of memory without a name only the size is checked. Any other
// error means that the path could not be examined. Two system calls.
func (f *File) Check() error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	if size < f.size {
		return opError("check", f.label, fmt.Errorf("%d bytes, was %d: %w", size, f.size, ErrTruncated))
	}
	name := f.currentName()
	if name == "" {
		return nil
	}
	var st unix.Stat_t
	err = again(func() error { return unix.Lstat(name, &st) })
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENOTDIR):
		return opError("check", f.label, ErrDeleted)
	case err != nil:
		return opError("check", f.label, err)
	case identityOf(&st) != f.id:
		return opError("check", f.label, ErrReplaced)
	}
	return nil
}

// currentName returns the path under which the file ought to be found: the
// temporary one until it is published.
func (f *File) currentName() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.temp != "" {
		return f.temp
	}
	return f.path
}
