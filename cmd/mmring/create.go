package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mmring/mmring/ring"
)

// createOrResume is ring.Create where a new ring gets the capacity fresh unless another is asked for, and an existing one
// keeps what it has.
func createOrResume(path string, o ring.Options, fresh int) (*ring.Producer, error) {
	if dir := filepath.Dir(path); !isDirectory(dir) {
		return nil, fmt.Errorf("there is no directory %s; make it, or choose another place", dir)
	}
	if _, err := os.Lstat(path); o.Capacity == 0 && (err != nil || o.Replace) {
		o.Capacity = fresh
	}
	p, err := ring.Create(path, o)
	if _, gone := os.Lstat(path); errors.Is(err, fs.ErrPermission) && errors.Is(gone, fs.ErrNotExist) {
		return nil, fmt.Errorf("permission denied: you may not make files in %s; choose another place, or set $MMRING_DIR", filepath.Dir(path))
	}
	return p, err
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
