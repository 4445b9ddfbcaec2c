package mmapfile

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// Does Sweep spare what lives, what is published and what is not of its making?
func TestSweepSparesTheLiving(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	living := created(t, path, page)
	done := created(t, path, page)
	check(t, done.Link())
	others := []string{".file.tmp", ".file.0123456789abcdeg.tmp", ".file.b.0123456789abcdef.tmp", ".file.01234567.tmp", ".file.0123456789abcdef.tmp2"}
	for _, name := range others {
		check(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	dead := temporaryName(path)
	check(t, os.WriteFile(dead, nil, 0o600))
	check(t, Sweep(path))
	wanted := append(others, "file", filepath.Base(living.temp))
	slices.Sort(wanted)
	if got := names(t, dir); !slices.Equal(got, wanted) {
		t.Fatalf("directory holds %q, want %q", got, wanted)
	}
	check(t, living.Replace())
	check(t, living.Check())
}

// Is what a killed creator left recognised, though another process sweeps?
func TestSweepAfterKill(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	c := startChild(t, "create", path)
	c.expect("created")
	check(t, Sweep(path))
	if got := names(t, dir); len(got) != 1 {
		t.Fatalf("while the creator lives: %q", got)
	}
	c.kill()
	if got := names(t, dir); len(got) != 1 {
		t.Fatalf("the killed creator left %q", got)
	}
	check(t, Sweep(path))
	if got := names(t, dir); len(got) != 0 {
		t.Fatalf("after Sweep: %q", got)
	}
}

// Does a creator notice that Sweep came before its lock?
func TestSweepBeforeTheLock(t *testing.T) {
	name := temporaryName(filepath.Join(t.TempDir(), "file"))
	for _, unlinked := range []bool{true, false} {
		fd, err := open(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, 0o600)
		check(t, err)
		f, err := adopt(fd, name, name, ReadWrite)
		check(t, err)
		defer f.Close()
		if unlinked { // the sweeper is done
			check(t, Sweep(name)) // of another name: spares it
			check(t, os.Remove(name))
		} else { // the sweeper holds the lock
			check(t, opened(t, name, ReadWrite).Lock(creationByte))
		}
		if alive, err := f.beginCreation(); alive || err != nil {
			t.Errorf("unlinked %v: alive %v, %v", unlinked, alive, err)
		}
	}
}
