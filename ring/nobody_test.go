//go:build linux

package ring

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// nobody is a user without rights.
const nobody = 65534

// needsOthers skips the test where this process can neither become another user nor leave one its files: it is not root, or it is the root
// of a user namespace in which there is nobody else.
func needsOthers(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	path := filepath.Join(t.TempDir(), "theirs")
	check(t, os.WriteFile(path, nil, 0o600))
	if err := os.Chown(path, nobody, nobody); err != nil {
		t.Skip("there is nobody in this user namespace: ", err)
	}
}

// childOfNobody is a child without rights. It runs a copy of this test binary from where everybody gets to; not from where the rings are,
// which containers often mount noexec.
func childOfNobody(t testing.TB, role string, args ...any) *child {
	t.Helper()
	c := newChild(t, role, args...)
	dir, err := os.MkdirTemp("", "mmring-test-")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	check(t, os.Chmod(dir, 0o755))
	self, err := os.ReadFile(c.cmd.Path)
	check(t, err)
	binary := filepath.Join(dir, "test")
	check(t, os.WriteFile(binary, self, 0o755))
	check(t, os.Chmod(binary, 0o755))
	c.cmd.Path, c.cmd.Dir = binary, "/"
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if err := c.begin(); errors.Is(err, fs.ErrPermission) {
		t.Skip("nobody else may run what is in ", dir, ": ", err)
	} else if err != nil {
		t.Fatal(err)
	}
	return c
}
