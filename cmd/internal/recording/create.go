package recording

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// Vacant says why a recording cannot have a file of this name: there is one. With force a recording, or an empty file, is no obstacle.
func Vacant(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a directory; name a file in it")
	case !force:
		return errors.New("there is a file of this name; choose another, or --force to replace it")
	}
	return replaceable(path)
}

// Create makes the file of a recording, where Vacant sees no obstacle. Who is reading a file that is replaced keeps it.
func Create(path string, force bool) (*os.File, error) {
	if err := Vacant(path, force); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// replaceable says why a file is not to be replaced: it may be anything, even a ring.
func replaceable(path string) error {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().IsRegular() && info.Size() == 0 {
		return err
	}
	is, err := Is(path)
	if err == nil && !is {
		err = errors.New("it is no recording; --force replaces nothing else: choose another name, or move it away yourself")
	}
	return err
}

// Is reports whether the file at path begins as a recording does.
func Is(path string) (bool, error) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() { // to open a pipe would wait for its writer
		return false, err
	}
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	begin := make([]byte, len(mcap.Magic))
	io.ReadFull(file, begin)
	return string(begin) == mcap.Magic, nil
}
