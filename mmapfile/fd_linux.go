package mmapfile

import (
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// withFD calls fn with the descriptor, which stays open for that long whatever
// other goroutines do.
func (f *File) withFD(fn func(fd int) error) error {
	conn, err := f.file.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := conn.Control(func(fd uintptr) { result = fn(int(fd)) }); err != nil {
		return os.ErrClosed
	}
	return result
}

// adopt makes a File of a descriptor and takes it over: on failure it is closed.
func adopt(fd int, label, path string, access Access) (*File, error) {
	st, err := statRegular(fd)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &File{
		file:   os.NewFile(uintptr(fd), label),
		label:  label,
		path:   path,
		access: access,
		size:   st.Size,
		id:     identityOf(st),
	}, nil
}

// statRegular returns what the kernel says of fd, or ErrNotRegular.
func statRegular(fd int) (*unix.Stat_t, error) {
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstat(fd, &st) }); err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, ErrNotRegular
	}
	return &st, nil
}

// open is open(2), repeated when a signal interrupts it. Descriptors are never
// inherited by accident.
func open(path string, flags int, perm fs.FileMode) (fd int, err error) {
	err = again(func() error {
		fd, err = unix.Open(path, flags|unix.O_CLOEXEC, uint32(perm.Perm()))
		return err
	})
	return fd, err
}

// reopen makes a new description of what fd refers to.
func reopen(fd int, access Access) (int, error) {
	return open(descriptorPath(fd), access.flags(), 0)
}

// descriptorPath names an open descriptor of this process; to open it is to
// make a new description of the same file.
func descriptorPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

// flags returns the access in the terms of open(2).
func (a Access) flags() int {
	if a == ReadWrite {
		return unix.O_RDWR
	}
	return unix.O_RDONLY
}

// again repeats call for as long as signals interrupt it.
func again(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
