package check

import (
	"io"

	"github.com/mmring/mmring/mmapfile"
	"golang.org/x/sys/unix"
)

// readLocked reports whether something would refuse an exclusive lock on a byte that nobody has locked exclusively: a read lock.
func readLocked(f *mmapfile.File, off int64) bool {
	own, err := f.Handout(mmapfile.ReadOnly)
	if err != nil {
		return false
	}
	defer own.Close()
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: off, Len: 1}
	err = unix.FcntlFlock(own.Fd(), unix.F_OFD_GETLK, &lock)
	return err == nil && lock.Type == unix.F_RDLCK
}

// filesystemOf describes the filesystem that holds the file at path.
func filesystemOf(path string) (f filesystem, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return f, err
	}
	var file unix.Stat_t
	if err := unix.Stat(path, &file); err != nil {
		return f, err
	}
	f, known := filesystems[uint32(s.Type)]
	if !known {
		f = filesystem{name: "a filesystem of an unknown kind", kind: onDisk}
	}
	f.size, f.available = s.Blocks*uint64(s.Bsize), s.Bavail*uint64(s.Bsize)
	f.allocated = file.Blocks * 512
	f.readOnly = s.Flags&unix.ST_RDONLY != 0
	return f, nil
}

// filesystems are those that are known, by their magic.
var filesystems = map[uint32]filesystem{
	unix.TMPFS_MAGIC:           {name: "tmpfs", kind: inMemory},
	unix.RAMFS_MAGIC:           {name: "ramfs", kind: inMemory},
	unix.EXT4_SUPER_MAGIC:      {name: "ext", kind: onDisk},
	unix.XFS_SUPER_MAGIC:       {name: "XFS", kind: onDisk},
	unix.F2FS_SUPER_MAGIC:      {name: "F2FS", kind: onDisk},
	unix.BTRFS_SUPER_MAGIC:     {name: "Btrfs", kind: copyOnWrite},
	unix.OVERLAYFS_SUPER_MAGIC: {name: "an overlay", kind: copyOnWrite},
	0x2fc12fc1:                 {name: "ZFS", kind: copyOnWrite},
	0xca451a4e:                 {name: "bcachefs", kind: copyOnWrite},
	unix.NFS_SUPER_MAGIC:       {name: "NFS", kind: remote},
	unix.SMB_SUPER_MAGIC:       {name: "SMB", kind: remote},
	unix.CIFS_SUPER_MAGIC:      {name: "CIFS", kind: remote},
	unix.SMB2_SUPER_MAGIC:      {name: "SMB", kind: remote},
	unix.V9FS_MAGIC:            {name: "9P", kind: remote},
	unix.FUSE_SUPER_MAGIC:      {name: "FUSE", kind: remote},
}
