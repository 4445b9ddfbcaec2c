//go:build !linux

package mmapfile

import (
	"errors"
	"io/fs"
	"os"
)

func unsupported(op, name string) error { return opError(op, name, errors.ErrUnsupported) }

// Create is supported on Linux only.
func Create(path string, size int64, perm fs.FileMode) (*File, error) {
	return nil, unsupported("create", path)
}

// Open is supported on Linux only.
func Open(path string, access Access) (*File, error) { return nil, unsupported("open", path) }

// Anonymous is supported on Linux only.
func Anonymous(name string, size int64) (*File, error) { return nil, unsupported("create", name) }

// Reopen is supported on Linux only.
func Reopen(fd uintptr, access Access) (*File, error) {
	return nil, unsupported("reopen", "a descriptor")
}

// Sweep is supported on Linux only.
func Sweep(path string) error { return unsupported("sweep", path) }

// Handout is supported on Linux only.
func (f *File) Handout(access Access) (*os.File, error) {
	return nil, unsupported("hand out", f.label)
}

// Seal is supported on Linux only.
func (f *File) Seal(s Seals) error { return unsupported("seal", f.label) }

// Sealed is supported on Linux only.
func (f *File) Sealed() (Seals, error) { return 0, unsupported("read seals of", f.label) }

// Size is supported on Linux only.
func (f *File) Size() (int64, error) { return 0, unsupported("size of", f.label) }

// Check is supported on Linux only.
func (f *File) Check() error { return unsupported("check", f.label) }

// Lock is supported on Linux only.
func (f *File) Lock(off int64) error { return unsupported("lock", f.label) }

// Unlock is supported on Linux only.
func (f *File) Unlock(off int64) error { return unsupported("unlock", f.label) }

// Locked is supported on Linux only.
func (f *File) Locked(off int64) (bool, error) { return false, unsupported("probe", f.label) }

// Map is supported on Linux only.
func (f *File) Map(length int64) (*Mapping, error) { return nil, unsupported("map", f.label) }

// MapTwice is supported on Linux only.
func (f *File) MapTwice(header, data int64) (*Mapping, error) {
	return nil, unsupported("map", f.label)
}

// Prefault is supported on Linux only.
func (m *Mapping) Prefault() error { return unsupported("prefault", "mapping") }

// Sync is supported on Linux only.
func (m *Mapping) Sync() error { return unsupported("sync", "mapping") }

// Unmap is supported on Linux only.
func (m *Mapping) Unmap() error { return unsupported("unmap", "mapping") }

func (f *File) endCreation() error { return nil }

func renameExclusively(temp, path string) error { return errors.ErrUnsupported }

// Owner returns an error that wraps errors.ErrUnsupported.
func (f *File) Owner() (uid int, err error) { return -1, unsupported("owner of", f.label) }

// Chmod returns an error that wraps errors.ErrUnsupported.
func (f *File) Chmod(perm fs.FileMode) error { return unsupported("chmod", f.label) }
