package mmapfile

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// Is a symbolic link refused as the last element, and only there?
func TestOpenSymlink(t *testing.T) {
	f := published(t, page)
	dir := t.TempDir()
	check(t, os.Symlink(f.Path(), filepath.Join(dir, "link")))
	_, err := Open(filepath.Join(dir, "link"), ReadOnly)
	want(t, err, ErrSymlink, "link")
	want(t, err, unix.ELOOP)
	check(t, os.Symlink(filepath.Dir(f.Path()), filepath.Join(dir, "dir")))
	opened(t, filepath.Join(dir, "dir", "file"), ReadOnly)
}

// Is what is no regular file refused, without waiting for it?
func TestOpenNotRegular(t *testing.T) {
	dir := t.TempDir()
	check(t, unix.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	socket, err := net.Listen("unix", filepath.Join(dir, "socket"))
	check(t, err)
	defer socket.Close()
	for _, name := range []string{"", "pipe", "socket"} {
		for _, access := range []Access{ReadOnly, ReadWrite} {
			_, err := Open(filepath.Join(dir, name), access)
			want(t, err, ErrNotRegular)
		}
	}
	pipe, err := open(filepath.Join(dir, "pipe"), unix.O_RDONLY|unix.O_NONBLOCK, 0)
	check(t, err)
	defer unix.Close(pipe)
	_, err = Reopen(uintptr(pipe), ReadOnly) // to open it anew would be to wait for a writer
	want(t, err, ErrNotRegular)
}

// Do errors of the system keep their kind?
func TestOpenErrors(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "nothing"), ReadOnly)
	want(t, err, fs.ErrNotExist, "nothing")
	_, err = Reopen(1<<20, ReadOnly)
	want(t, err, unix.EBADF, "1048576")
}

// Is missing permission told as such, and is reading enough to read?
func TestOpenPermission(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become nobody")
	}
	f := published(t, page)
	check(t, os.Chmod(f.Path(), 0o644))
	for _, dir := range []string{filepath.Dir(f.Path()), filepath.Dir(filepath.Dir(f.Path()))} {
		check(t, os.Chmod(dir, 0o755))
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const nobody = 65534
	unix.RawSyscall(unix.SYS_SETFSUID, nobody, 0, 0) // of this thread only
	if now, _, _ := unix.RawSyscall(unix.SYS_SETFSUID, nobody, 0, 0); now != nobody {
		t.Skip("there is nobody in this user namespace")
	}
	defer unix.RawSyscall(unix.SYS_SETFSUID, 0, 0, 0)
	if _, err := os.Stat(f.Path()); err != nil {
		t.Skip("nobody does not get to the temporary directory: ", err)
	}
	_, err := Open(f.Path(), ReadWrite)
	want(t, err, fs.ErrPermission)
	if _, err := f.Handout(ReadWrite); err == nil {
		t.Error("handed out for writing without permission")
	}
	opened(t, f.Path(), ReadOnly)
}

// Does a relative path still mean the same file after a change of directory?
func TestRelativePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	f := created(t, "file", page)
	t.Chdir(t.TempDir())
	check(t, f.Link())
	check(t, f.Check())
	t.Chdir(dir)
	other := opened(t, "file", ReadOnly)
	t.Chdir(t.TempDir())
	check(t, other.Check())
	if f.Path() != filepath.Join(dir, "file") {
		t.Errorf("path %s", f.Path())
	}
}

// Does Reopen find the name, and only one that leads to the file?
func TestReopenPath(t *testing.T) {
	named := published(t, page)
	deleted := published(t, page)
	check(t, os.Remove(deleted.Path()))
	usurped := published(t, page)
	check(t, os.Remove(usurped.Path()))
	check(t, os.WriteFile(usurped.Path()+" (deleted)", nil, 0o600)) // what the kernel calls it now
	for _, test := range []struct {
		file *File
		path string
	}{{named, named.Path()}, {deleted, ""}, {usurped, ""}, {anonymous(t, page), ""}} {
		f := reopened(t, test.file, ReadOnly)
		if f.Path() != test.path || f.IsAnonymous() != (test.path == "") {
			t.Errorf("reopened %s: path %q, anonymous %v", test.file.label, f.Path(), f.IsAnonymous())
		}
		check(t, f.Check())
	}
}

// reopened passes f as to another process and opens it anew.
func reopened(t *testing.T, f *File, access Access) *File {
	t.Helper()
	passed, err := f.Handout(access)
	check(t, err)
	defer passed.Close()
	own, err := Reopen(passed.Fd(), access)
	check(t, err)
	t.Cleanup(func() { own.Close() })
	return own
}

// Is a descriptor kept from children unless it is handed to them?
func TestDescriptorsCloseOnExec(t *testing.T) {
	f := published(t, page)
	handed, err := f.Handout(ReadOnly)
	check(t, err)
	defer handed.Close()
	own := opened(t, f.Path(), ReadOnly)
	for _, file := range []*os.File{f.file, own.file, handed, anonymous(t, page).file, reopened(t, f, ReadOnly).file} {
		flags, err := unix.FcntlInt(file.Fd(), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%s: flags %#x, %v", file.Name(), flags, err)
		}
	}
}
