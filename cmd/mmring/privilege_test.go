//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody runs a tool as a user without rights.
func nobody(t *testing.T, args ...string) *process {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become somebody else")
	}
	other := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	probe := exec.Command(program, "--help")
	probe.SysProcAttr, probe.Dir = other, "/"
	if err := probe.Run(); err != nil {
		t.Skip("there is nobody else here who may run the tool: ", err)
	}
	p := prepare(t, nil, args...)
	p.SysProcAttr = other
	return p.start()
}

func TestNoPermission(t *testing.T) {
	path := ringFile(t)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"sub"}, {"sub", "--lossless"}, {"read"}, {"stat"}, {"pub"}, {"rm"}} {
		complains(t, nobody(t, append(args, path)...), "permission denied", path)
	}
	complains(t, nobody(t, "pub", path+"2"), "permission denied", "make files in "+filepath.Dir(path), "MMRING_DIR")
}

// TestUnreadableIsListed: a ring that a user may not read is there all the same, and other files that nobody may read are not rings.
func TestUnreadableIsListed(t *testing.T) {
	path := ringFile(t)
	secret := filepath.Join(filepath.Dir(path), "secret")
	if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(secret, []byte("no ring"), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"ls"}, {"top", "--once"}} {
		p := nobody(t, args...).succeeds()
		out, words := p.out.String(), p.err.String()
		if !strings.Contains(out, "unreadable\n") || strings.Contains(out, "secret") || !strings.Contains(words, "permission denied; act as") {
			t.Errorf("%v: %s%s", args, out, words)
		}
	}
}

// TestReadOnly: who may read the stream but not write the heads file reads it, lossy; lossless needs more, and that is said.
func TestReadOnly(t *testing.T) {
	path := ringFile(t)
	if got := nobody(t, "sub", path).succeeds().out.String(); got != "one\ntwo\n" {
		t.Errorf("got %q", got)
	}
	if got := nobody(t, "read", path).succeeds().out.String(); got != "two\n" {
		t.Errorf("got %q", got)
	}
	complains(t, nobody(t, "sub", "--lossless", path), "write permission on the heads file")
	complains(t, nobody(t, "sub", "--name", "n", path), "write permission on the heads file")
}

// TestConsumersUnseen: who may not read the heads file is not told that there are no consumers.
func TestConsumersUnseen(t *testing.T) {
	path := ringFile(t)
	heads, err := filepath.Glob(path + ".*.heads")
	if err != nil || len(heads) != 1 {
		t.Fatal(heads, err)
	}
	if err := os.Chmod(heads[0], 0o600); err != nil {
		t.Fatal(err)
	}
	out := nobody(t, "stat", "--interval", "0", path).succeeds().out.String()
	if !strings.Contains(out, "\nconsumers cannot be seen: ") || !strings.Contains(out, "permission denied") || strings.Contains(out, "no consumers") {
		t.Errorf("it says\n%s", out)
	}
}

func TestFullFilesystem(t *testing.T) {
	dir := filepath.Join(ringDir(t), "small")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skip("cannot mount a small filesystem:", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, 0) })
	path := filepath.Join(dir, "r")
	complains(t, start(t, strings.NewReader("x\n"), "pub", path), "no space", "available")
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	start(t, strings.NewReader("x\n"), "pub", path, "--capacity", "64K").succeeds()
	t.Setenv("MMRING_DIR", dir)
	complains(t, start(t, nil, "demo"), "producer process failed", "no space")
}
