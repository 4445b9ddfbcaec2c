package mmapfile

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// Owner returns the numeric user id that the file belongs to.
func (f *File) Owner() (uid int, err error) {
	var st unix.Stat_t
	err = f.withFD(func(fd int) error { return unix.Fstat(fd, &st) })
	return int(st.Uid), opError("owner of", f.label, err)
}

// Chmod sets the permission bits of the file, whatever the umask.
func (f *File) Chmod(perm fs.FileMode) error {
	return opError("chmod", f.label, f.withFD(func(fd int) error { return unix.Fchmod(fd, uint32(perm.Perm())) }))
}
