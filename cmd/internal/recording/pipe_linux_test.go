package recording

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipe: a pipe is no recording, and nobody waits for its writer to find that out.
func TestPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	check(t, syscall.Mkfifo(path, 0o600))
	if _, err := Open(path); !errors.Is(err, errNotRegular) {
		t.Error(err)
	}
}
