//go:build !linux

package check

import (
	"errors"

	"github.com/mmring/mmring/mmapfile"
)

func readLocked(*mmapfile.File, int64) bool { return false }

func filesystemOf(string) (filesystem, error) { return filesystem{}, errors.ErrUnsupported }
