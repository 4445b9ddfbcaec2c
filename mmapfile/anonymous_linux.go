package mmapfile

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"
)

// Anonymous makes memory of size bytes, all zero and all reserved, that has no
// name in any filesystem, and opens it for reading and writing. It goes away with
// its last user. More than the machine has to spare gives a *SpaceError. Name, of
// at most 249 bytes, is for people only: it shows in /proc/PID/maps. Others get
// it through Handout.
func Anonymous(name string, size int64) (*File, error) {
	label := "memory " + name
	if size <= 0 {
		return nil, opError("create", label, fmt.Errorf("size %d is not positive: %w", size, fs.ErrInvalid))
	}
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate(name, flags|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // a kernel before 6.3, or a name too long
		fd, err = unix.MemfdCreate(name, flags)
	}
	if err != nil {
		return nil, opError("create", label, err)
	}
	f, err := adopt(fd, label, "", ReadWrite)
	if err != nil {
		return nil, opError("create", label, err)
	}
	if err := f.reserve(size); err != nil {
		_ = f.Close() // the reservation's error is the one that matters
		return nil, err
	}
	return f, nil
}

// Seal adds seals to anonymous memory, for all its users and for good. It needs
// a writable File. Map first: after SealFutureWrite no new writable mapping is
// granted, while those that exist keep writing. Any writable description can add
// seals until SealSeal is set.
func (f *File) Seal(s Seals) error {
	if s&^allSeals != 0 {
		return opError("seal", f.label, fmt.Errorf("unknown seals %#x: %w", int(s&^allSeals), fs.ErrInvalid))
	}
	err := f.withFD(func(fd int) error {
		return again(func() error {
			_, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, int(s))
			return err
		})
	})
	switch {
	case errors.Is(err, unix.EINVAL):
		err = fmt.Errorf("only anonymous memory can be sealed: %w", err)
	case errors.Is(err, unix.EPERM):
		err = fmt.Errorf("opened read-only, sealed against further seals, or not anonymous: %w", err)
	case errors.Is(err, unix.EBUSY):
		err = fmt.Errorf("a writable mapping exists; unmap it or use SealFutureWrite: %w", err)
	}
	return opError("seal", f.label, err)
}

// Sealed returns the seals in force. Memory with SealShrink cannot be truncated
// by anybody, so a mapping of it is never lost. Files that cannot be sealed
// report none, or SealSeal alone.
func (f *File) Sealed() (Seals, error) {
	var seals int
	err := f.withFD(func(fd int) error {
		return again(func() (err error) {
			seals, err = unix.FcntlInt(uintptr(fd), unix.F_GET_SEALS, 0)
			return err
		})
	})
	if errors.Is(err, unix.EINVAL) {
		return 0, nil
	}
	if err != nil {
		return 0, opError("read seals of", f.label, err)
	}
	return Seals(seals) & allSeals, nil
}

const allSeals = SealSeal | SealShrink | SealGrow | SealWrite | SealFutureWrite

// The kernel's values are part of the API: this does not compile if one differs.
var _ = [1]struct{}{}[(SealSeal^unix.F_SEAL_SEAL)|(SealShrink^unix.F_SEAL_SHRINK)|
	(SealGrow^unix.F_SEAL_GROW)|(SealWrite^unix.F_SEAL_WRITE)|(SealFutureWrite^unix.F_SEAL_FUTURE_WRITE)]
