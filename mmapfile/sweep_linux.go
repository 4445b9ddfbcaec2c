package mmapfile

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	temporaryDigits = 16
	temporarySuffix = ".tmp"

	// creationByte is locked while a file has only its temporary name, so that
	// Sweep can tell a living creator from a dead one. Far beyond any size.
	creationByte = math.MaxInt64 - 1
)

// Sweep removes what processes killed between Create and Link or Replace left
// beside path. What a living process is still creating is recognised by its
// lock and stays, as does what this process has no permission to open. Any
// process may call it at any time.
func Sweep(path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return opError("sweep", path, err)
	}
	entries, err := os.ReadDir(filepath.Dir(abs))
	if err != nil {
		return opError("sweep", abs, err)
	}
	prefix := temporaryPrefix(abs)
	var failed error
	for _, entry := range entries {
		if isTemporary(entry.Name(), prefix) {
			failed = errors.Join(failed, sweepOne(filepath.Join(filepath.Dir(abs), entry.Name())))
		}
	}
	return opError("sweep", abs, failed)
}

// sweepOne removes a temporary file unless its creator lives.
func sweepOne(name string) error {
	f, err := Open(name, ReadWrite)
	if err != nil {
		return nil // gone, or not ours
	}
	defer f.Close()
	if f.Lock(creationByte) != nil {
		return nil
	}
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// beginCreation locks a new temporary file. It reports false without an error
// when Sweep came between the making of the file and its lock.
func (f *File) beginCreation() (alive bool, err error) {
	err = f.Lock(creationByte)
	if errors.Is(err, ErrLocked) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = f.withFD(func(fd int) error {
		var st unix.Stat_t
		err := unix.Fstat(fd, &st)
		alive = err == nil && st.Nlink > 0
		return err
	})
	return alive, err
}

// endCreation drops the lock of beginCreation.
func (f *File) endCreation() error { return f.Unlock(creationByte) }

// temporaryPrefix returns how the temporary names for path begin. A long base
// name is cut so that they fit into the 255 bytes a name may have.
func temporaryPrefix(path string) string {
	const longest = 255 - len("..") - temporaryDigits - len(temporarySuffix)
	base := filepath.Base(path)
	return "." + base[:min(len(base), longest)] + "."
}

// isTemporary says whether temporaryName made name with this prefix.
func isTemporary(name, prefix string) bool {
	middle, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	middle, ok = strings.CutSuffix(middle, temporarySuffix)
	_, err := hex.DecodeString(middle)
	return ok && len(middle) == temporaryDigits && err == nil
}
