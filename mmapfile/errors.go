package mmapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// What can have happened to the memory or stand in its way. Errors returned by
// this package wrap these; test for them with errors.Is.
var (
	// ErrDeleted says that the path names nothing any more. It wraps
	// fs.ErrNotExist.
	ErrDeleted error = &kindError{"the file was deleted while open; open the path again once it exists", fs.ErrNotExist}

	// ErrReplaced says that the path names another file now.
	ErrReplaced = errors.New("the path names another file now; open it again")

	// ErrTruncated says that the file is smaller than it has to be. A mapping
	// that was touched beyond its end is lost; see Mapping.
	ErrTruncated = errors.New("the file is too short; unmap it, and create it anew")

	// ErrLocked says that another description, mostly another process, holds
	// the exclusive lock. It wraps syscall.EAGAIN.
	ErrLocked error = &kindError{"locked for writing by another process; wait for its end or stop it", syscall.EAGAIN}

	// ErrReadLocked says that only a read lock stands in the way of an
	// exclusive one. This package takes none: a reader, who needs no more than
	// read permission for it, is keeping the writers out. It wraps
	// syscall.EAGAIN.
	ErrReadLocked error = &kindError{"no writer holds the lock, but a reader took a read lock on it; stop that reader or replace the file", syscall.EAGAIN}

	// ErrFault says that touching mapped memory failed: an I/O or memory error.
	// From Prefault it may also mean a file that is too short.
	ErrFault = errors.New("memory fault on mapped memory")

	// ErrSymlink says that the last element of a path is a symbolic link,
	// which is refused: who may write the directory could redirect it. It
	// wraps syscall.ELOOP.
	ErrSymlink error = &kindError{"is a symbolic link; name the file itself", syscall.ELOOP}

	// ErrNotRegular says that a path or descriptor is a directory, device,
	// pipe or socket. It wraps fs.ErrInvalid.
	ErrNotRegular error = &kindError{"not a regular file", fs.ErrInvalid}
)

// kindError is a sentinel with a text of its own that wraps a standard error.
type kindError struct {
	text string
	std  error
}

func (e *kindError) Error() string { return e.text }
func (e *kindError) Unwrap() error { return e.std }

// SpaceError says that the filesystem cannot hold the file. It wraps
// syscall.ENOSPC. Figures are in bytes.
type SpaceError struct {
	Path      string // the file that was to be created, or the memory's name
	Needed    uint64 // size asked for
	Available uint64 // what was free when creation began
}

func (e *SpaceError) Error() string {
	return fmt.Sprintf("mmapfile: create %s: no space: %d bytes needed, %d available; free some, ask for less or use another filesystem",
		e.Path, e.Needed, e.Available)
}

func (e *SpaceError) Unwrap() error { return syscall.ENOSPC }

// opError says which operation failed on what. It returns nil for nil.
func opError(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("mmapfile: %s %s: %w", op, name, err)
}
