package mmapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Open opens the regular file at path for access. The last element of path must
// not be a symbolic link (ErrSymlink); what is no regular file gives
// ErrNotRegular. Errors of the system stay visible to errors.Is: fs.ErrNotExist,
// fs.ErrPermission.
func Open(path string, access Access) (*File, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, opError("open", path, err)
	}
	// Non-blocking, lest a pipe under that name keep us waiting for its writer.
	fd, err := open(abs, access.flags()|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, opError("open", abs, explainOpen(abs, err))
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		unix.Close(fd)
		return nil, opError("open", abs, err)
	}
	f, err := adopt(fd, abs, abs, access)
	return f, opError("open", abs, err)
}

// explainOpen puts ErrSymlink or ErrNotRegular in place of what open(2) says.
func explainOpen(path string, err error) error {
	switch {
	case errors.Is(err, unix.ELOOP):
		if info, statErr := os.Lstat(path); statErr == nil && info.Mode()&fs.ModeSymlink != 0 {
			return ErrSymlink
		}
	case errors.Is(err, unix.EISDIR), errors.Is(err, unix.ENXIO):
		return fmt.Errorf("%w (%w)", ErrNotRegular, err)
	}
	return err
}

// Reopen opens anew what the descriptor fd refers to, which may have come by
// inheritance or over a socket. The File is a description of its own: its locks
// are not those of whoever passed fd. The caller keeps fd and should close it.
//
// It needs /proc, and permission on the file itself: fd opened for reading can
// give a File for writing if the file's mode allows that. A file with a name
// that this process can reach has that Path; any other counts as memory without
// a name.
func Reopen(fd uintptr, access Access) (*File, error) {
	label := fmt.Sprintf("descriptor %d", fd)
	if _, err := statRegular(int(fd)); err != nil { // before open, which could wait on a pipe
		return nil, opError("reopen", label, err)
	}
	own, err := reopen(int(fd), access)
	if err != nil {
		return nil, opError("reopen", label, err)
	}
	f, err := adopt(own, label, "", access)
	if err != nil {
		return nil, opError("reopen", label, err)
	}
	f.findName(own)
	return f, nil
}

// findName sets the path if the kernel knows one and it leads to this inode.
func (f *File) findName(fd int) {
	name, err := os.Readlink(descriptorPath(fd))
	if err != nil || !filepath.IsAbs(name) {
		return
	}
	f.label = name
	var st unix.Stat_t
	if err := unix.Lstat(name, &st); err == nil && identityOf(&st) == f.id {
		f.path = name
	}
}

// Handout returns a fresh description of the file, to give to a child
// (exec.Cmd.ExtraFiles) or send over a socket. It never carries the locks of f.
// The caller owns and closes it. The receiver calls Reopen before it locks.
//
// A receiver of read-only access can reopen for writing if the file's mode
// allows that, as it does for anonymous memory: seal it with SealFutureWrite.
func (f *File) Handout(access Access) (*os.File, error) {
	var fresh *os.File
	err := f.withFD(func(fd int) error {
		own, err := reopen(fd, access)
		if err == nil {
			fresh = os.NewFile(uintptr(own), f.label)
		}
		return err
	})
	return fresh, opError("hand out", f.label, err)
}
