package mmapfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Does a file appear under its name only when it is linked?
func TestCreateIsInvisibleUntilLink(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	f := created(t, path, 3*page)
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("before Link: %v", err)
	}
	check(t, f.Check())
	check(t, f.Link())
	if got := names(t, dir); !slices.Equal(got, []string{"file"}) {
		t.Fatalf("after Link the directory holds %q", got)
	}
	text, err := os.ReadFile(path)
	check(t, err)
	if !bytes.Equal(text, make([]byte, 3*page)) {
		t.Fatalf("%d bytes, not all zero", len(text))
	}
	check(t, f.Check())
	want(t, f.Link(), errNoName)
	want(t, f.Replace(), errNoName)
	check(t, f.Close())
	if got := names(t, dir); !slices.Equal(got, []string{"file"}) {
		t.Fatalf("after Close the directory holds %q", got)
	}
}

// Does Close without Link leave nothing?
func TestCloseRemovesWhatWasNotPublished(t *testing.T) {
	dir := t.TempDir()
	f := created(t, filepath.Join(dir, "file"), page)
	if got := names(t, dir); len(got) != 1 || !strings.HasPrefix(got[0], ".file.") {
		t.Fatalf("temporary name: %q", got)
	}
	check(t, f.Close())
	if got := names(t, dir); len(got) != 0 {
		t.Fatalf("left behind: %q", got)
	}
	want(t, f.Close(), os.ErrClosed)
	want(t, f.Lock(0), os.ErrClosed)
	want(t, f.Check(), os.ErrClosed)
}

// Does Link leave alone whoever has the name, and can the caller go on?
func TestLinkOnTakenName(t *testing.T) {
	old := published(t, page)
	f := created(t, old.Path(), 2*page)
	want(t, f.Link(), fs.ErrExist, old.Path())
	check(t, old.Check())
	check(t, os.Remove(old.Path()))
	check(t, f.Link())
	check(t, f.Check())
}

// Does the kernel call a published file by its name, not by one long gone?
func TestPublishedFileIsKnownByItsName(t *testing.T) {
	f := published(t, page)
	mapped(t, f, page)
	text, err := os.ReadFile("/proc/self/maps")
	check(t, err)
	if !strings.Contains(string(text), f.Path()+"\n") {
		t.Errorf("no mapping of %s in\n%s", f.Path(), text)
	}
}

// Do filesystems that cannot rename exclusively give the same result?
func TestLinkWithoutExclusiveRename(t *testing.T) {
	f := created(t, filepath.Join(t.TempDir(), "file"), page)
	check(t, f.publish("link", linkExclusively))
	check(t, f.Check())
	if got := names(t, filepath.Dir(f.Path())); !slices.Equal(got, []string{"file"}) {
		t.Errorf("directory holds %q", got)
	}
	late := created(t, f.Path(), page)
	want(t, late.publish("link", linkExclusively), fs.ErrExist)
	check(t, f.Check())
}

// Does Replace take the name, and does the old file's user learn of it?
func TestReplaceTakesTheName(t *testing.T) {
	old := published(t, page)
	f := created(t, old.Path(), 2*page)
	check(t, f.Replace())
	check(t, f.Check())
	want(t, old.Check(), ErrReplaced)
	if got := names(t, filepath.Dir(f.Path())); !slices.Equal(got, []string{"file"}) {
		t.Fatalf("directory holds %q", got)
	}
	if size, err := f.Size(); err != nil || size != 2*page {
		t.Fatalf("size %d, %v", size, err)
	}
}

// Is the mode what was asked for, less the umask?
func TestCreateMode(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o027))
	path := filepath.Join(t.TempDir(), "file")
	f, err := Create(path, page, 0o666)
	check(t, err)
	defer f.Close()
	check(t, f.Link())
	info, err := os.Lstat(path)
	check(t, err)
	if info.Mode() != 0o640 {
		t.Fatalf("mode %v", info.Mode())
	}
}

// Are all blocks there when Create returns?
func TestCreateReservesBlocks(t *testing.T) {
	const size = 9<<20 + 1 // more than two steps and not a whole number of pages
	if got := reserved(t, published(t, size)); got < size {
		t.Errorf("file: %d bytes reserved of %d", got, int64(size))
	}
	if got := reserved(t, anonymous(t, size)); got < size {
		t.Errorf("memory: %d bytes reserved of %d", got, int64(size))
	}
}

// Does a full filesystem give both figures and keep nothing?
func TestCreateOnFullFilesystem(t *testing.T) {
	dir := mounted(t, "tmpfs", "size=8m")
	first := created(t, filepath.Join(dir, "first"), 6<<20)
	check(t, first.Link())
	_, err := Create(filepath.Join(dir, "second"), 5<<20, 0o600)
	var space *SpaceError
	if !errors.As(err, &space) {
		t.Fatalf("got %v", err)
	}
	if space.Needed != 5<<20 || space.Available != 2<<20 || filepath.Base(space.Path) != "second" {
		t.Errorf("got %+v", *space)
	}
	want(t, err, syscall.ENOSPC, "5242880", "2097152")
	if got := names(t, dir); !slices.Equal(got, []string{"first"}) {
		t.Errorf("directory holds %q", got)
	}
	created(t, filepath.Join(dir, "third"), 2<<20) // nothing of the second's blocks is kept
}

// Is a filesystem without a precheck, on which fallocate itself fails, told the
// same way?
func TestFallocateFailureIsSpaceError(t *testing.T) {
	dir := mounted(t, "tmpfs", "size=1m")
	f := created(t, filepath.Join(dir, "file"), page)
	want(t, f.withFD(func(fd int) error { return allocate(fd, 2<<20) }), syscall.ENOSPC)
}

// Does creation work where fallocate does not exist?
func TestCreateWithoutFallocate(t *testing.T) {
	const size = 5<<20 + 1
	f := created(t, filepath.Join(mounted(t, "ramfs", ""), "file"), size)
	check(t, f.Link())
	if got, err := f.Size(); err != nil || got != size {
		t.Fatalf("size %d, %v", got, err)
	}
}

// Do written zeros reserve as fallocate does?
func TestWriteZerosReserves(t *testing.T) {
	const size = 3<<20 + 1
	f := anonymous(t, page)
	check(t, f.withFD(func(fd int) error { return writeZeros(fd, page, size) }))
	if got, err := f.Size(); err != nil || got != size {
		t.Errorf("size %d, %v", got, err)
	}
	if got := reserved(t, f); got < size {
		t.Errorf("%d bytes reserved of %d", got, int64(size))
	}
}

// Is more memory than the machine has refused rather than tried?
func TestAnonymousBeyondMemory(t *testing.T) {
	_, err := Anonymous("huge", 1<<50)
	var space *SpaceError
	if !errors.As(err, &space) || space.Needed != 1<<50 || space.Available == 0 || space.Available >= 1<<50 {
		t.Fatalf("got %v", err)
	}
}

// Are senseless sizes refused?
func TestCreateSize(t *testing.T) {
	for _, size := range []int64{0, -1} {
		_, err := Create(filepath.Join(t.TempDir(), "file"), size, 0o600)
		want(t, err, fs.ErrInvalid)
		_, err = Anonymous("test", size)
		want(t, err, fs.ErrInvalid)
	}
}

// Can a path with the longest possible name be created?
func TestCreateLongestName(t *testing.T) {
	f := created(t, filepath.Join(t.TempDir(), strings.Repeat("n", 255)), page)
	check(t, f.Link())
	check(t, f.Check())
}
