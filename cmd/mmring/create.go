package main

import (
	"fmt"
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
	return ring.Create(path, o)
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
