package mmapfile

import (
	"errors"
	"os"
	"sync"
)

// Access says what a description, and every mapping made of it, permits.
type Access int

const (
	ReadOnly  Access = iota // look, take no exclusive lock
	ReadWrite               // look, change and lock
)

// Seals are promises about anonymous memory that nobody can take back. The
// values are those of the kernel.
type Seals int

const (
	SealSeal        Seals = 1 << iota // no further seals
	SealShrink                        // the size never falls: mapped memory never faults for want of a file
	SealGrow                          // the size never rises
	SealWrite                         // nobody writes; refused while a writable mapping exists
	SealFutureWrite                   // nobody writes but through the writable mappings that exist now
)

// File is an open file description that this process opened itself, of a
// regular file or of memory without a name. Locks are taken on it and mappings
// are made of it; see the package comment for who owns what.
//
// All methods may be called from several goroutines. After Close they return an
// error that wraps os.ErrClosed.
type File struct {
	file   *os.File
	label  string // for messages
	path   string // absolute; "" for memory without a name
	access Access
	size   int64 // bytes, when it was opened or created
	id     identity

	mu   sync.Mutex // guards temp
	temp string     // the name of a file not yet published; "" otherwise
}

// identity tells one inode from all others of a running system.
type identity struct{ dev, ino uint64 }

// errNoName is what Link and Replace answer for a file that has no name to get.
var errNoName = errors.New("no name to give: not a file that Create made, or it has its name already")

// Path returns the absolute path the file has, or is to get from Link or
// Replace. It is "" for memory without a name.
func (f *File) Path() string { return f.path }

// String names the file, as messages do.
func (f *File) String() string { return f.label }

// IsAnonymous says that the file has no name in the filesystem, and so cannot
// be deleted or replaced.
func (f *File) IsAnonymous() bool { return f.path == "" }

// Link gives a file made by Create its name. If the name is taken it fails with
// an error that wraps fs.ErrExist, what was there stays, and the caller may try
// again, or Replace, or Close. Others see the file complete or not at all.
func (f *File) Link() error { return f.publish("link", renameExclusively) }

// Replace gives a file made by Create its name, atomically taking it from
// whatever file had it. Who has that file open keeps it and learns of the
// change from Check. Lock the old file first when that matters.
func (f *File) Replace() error { return f.publish("replace", os.Rename) }

// publish lets name move the file from its temporary path to its own, once.
func (f *File) publish(op string, name func(temp, path string) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.temp == "" {
		return opError(op, f.label, errNoName)
	}
	if err := name(f.temp, f.path); err != nil {
		return opError(op, f.label, err)
	}
	f.temp = ""
	return opError(op, f.label, f.endCreation())
}

// Close closes the description. A file that was never published is removed.
//
// Close does not unmap: a mapping pins the description, and with it the locks,
// until Mapping.Unmap. With no mapping left, closing releases the locks. A
// second Close returns an error that wraps os.ErrClosed.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var removed error
	if f.temp != "" {
		removed = os.Remove(f.temp)
		f.temp = ""
	}
	return opError("close", f.label, errors.Join(removed, f.file.Close()))
}
