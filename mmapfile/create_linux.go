package mmapfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Create makes a new file of size bytes, all zero and all reserved on the
// filesystem, and opens it for reading and writing. The mode is perm less the
// umask, as with os.OpenFile. The file is not visible under path yet: it has a
// temporary name in the same directory until Link or Replace; Close without
// either removes it, and Sweep removes what a process that was killed in
// between left behind.
//
// A filesystem with too little room gives a *SpaceError and leaves nothing.
// Reserved blocks do not help on filesystems that copy on write or are remote
// (btrfs, reflinked xfs, NFS, FUSE); prefer tmpfs such as /dev/shm.
func Create(path string, size int64, perm fs.FileMode) (*File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, opError("create", path, err)
	}
	if size <= 0 {
		return nil, opError("create", abs, fmt.Errorf("size %d is not positive: %w", size, fs.ErrInvalid))
	}
	f, err := createTemporary(abs, perm)
	if err != nil {
		return nil, opError("create", abs, err)
	}
	if err := f.reserve(size); err != nil {
		_ = f.Close() // the reservation's error is the one that matters
		return nil, err
	}
	return f, nil
}

// createTemporary makes an empty file under a temporary name and locks it
// against Sweep. It starts over in the one case that Sweep came first.
func createTemporary(path string, perm fs.FileMode) (*File, error) {
	const attempts = 100
	for range attempts {
		temp := temporaryName(path)
		fd, err := open(temp, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		f, err := adopt(fd, path, path, ReadWrite)
		if err != nil {
			_ = os.Remove(temp)
			return nil, err
		}
		f.temp = temp
		alive, err := f.beginCreation()
		if alive {
			return f, nil
		}
		_ = f.Close() // nothing of value in it
		if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("no free temporary name after %d attempts: %w", attempts, fs.ErrExist)
}

// temporaryName returns a new name beside path: a dot, the base name, 16 random
// hexadecimal digits, ".tmp".
func temporaryName(path string) string {
	var random [temporaryDigits / 2]byte
	_, _ = rand.Read(random[:]) // never fails
	return filepath.Join(filepath.Dir(path), temporaryPrefix(path)+hex.EncodeToString(random[:])+temporarySuffix)
}

// renameExclusively moves temp to path unless path is taken. A rename, for a
// description keeps the name it was opened by: after link and unlink the kernel
// would show the file, in /proc/PID/maps and to Reopen, as deleted.
func renameExclusively(temp, path string) error {
	err := unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_NOREPLACE)
	switch err {
	case nil:
		return nil
	case unix.EINVAL, unix.ENOSYS, unix.EOPNOTSUPP: // not on this filesystem
		return linkExclusively(temp, path)
	}
	return &os.LinkError{Op: "rename", Old: temp, New: path, Err: err}
}

// linkExclusively does the same in two steps.
func linkExclusively(temp, path string) error {
	if err := os.Link(temp, path); err != nil {
		return err
	}
	_ = os.Remove(temp) // the file has its name; a second one is left to Sweep
	return nil
}
