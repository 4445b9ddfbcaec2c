package mmapfile

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// Map maps the bytes [0, length) of the file, shared, with the access of f. A
// file shorter than that gives ErrTruncated. The caller owns the mapping.
func (f *File) Map(length int64) (*Mapping, error) {
	if length <= 0 {
		return nil, opError("map", f.label, fmt.Errorf("length %d is not positive: %w", length, fs.ErrInvalid))
	}
	return f.mapPieces(length, []piece{{at: 0, from: 0, length: length}})
}

// MapTwice maps the bytes [0, header+data) of the file and directly behind them
// the last data bytes once more: what is written at offset header+i shows at
// header+data+i, and the reverse. So a run of up to data bytes is one slice
// wherever it begins. Header and data must be multiples of the system's page
// size, header may be 0. For the rest it is like Map.
func (f *File) MapTwice(header, data int64) (*Mapping, error) {
	page := int64(os.Getpagesize())
	if header < 0 || data <= 0 || header%page != 0 || data%page != 0 {
		return nil, opError("map", f.label, fmt.Errorf(
			"header of %d and data of %d bytes must be multiples of the page size, %d bytes here: %w", header, data, page, fs.ErrInvalid))
	}
	if data > math.MaxInt64/4 || header > math.MaxInt64/4 {
		return nil, opError("map", f.label, fmt.Errorf("header of %d and data of %d bytes: %w", header, data, unix.ENOMEM))
	}
	return f.mapPieces(header+data, []piece{
		{at: 0, from: 0, length: header + data},
		{at: header + data, from: header, length: data},
	})
}

// piece is a run of the file, from offset from, at offset at of the mapping.
type piece struct{ at, from, length int64 }

// mapPieces maps the pieces, which cover the first fileLen bytes of the file and
// lie one behind the other.
func (f *File) mapPieces(fileLen int64, pieces []piece) (*Mapping, error) {
	last := pieces[len(pieces)-1]
	total := last.at + last.length
	if total != int64(int(total)) {
		return nil, opError("map", f.label, fmt.Errorf("%d bytes of addresses: %w", total, unix.ENOMEM))
	}
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	if size < fileLen {
		return nil, opError("map", f.label, fmt.Errorf("%d bytes, %d wanted: %w", size, fileLen, ErrTruncated))
	}
	m := &Mapping{fileLen: fileLen, writable: f.access == ReadWrite}
	err = f.withFD(func(fd int) error { return m.place(fd, int(total), pieces) })
	if err == unix.EPERM {
		err = fmt.Errorf("sealed against new writable mappings; open it ReadOnly: %w", err)
	}
	if err != nil {
		return nil, opError("map", f.label, err)
	}
	m.register()
	if err := m.keepPrivate(); err != nil {
		return nil, opError("map", f.label, errors.Join(err, m.Unmap()))
	}
	return m, nil
}

// keepPrivate keeps the mapping out of forked children, where it would pin the
// description and so its locks, and out of core dumps, which would delay their
// release.
func (m *Mapping) keepPrivate() error {
	if err := unix.Madvise(m.mem, unix.MADV_DONTFORK); err != nil {
		return fmt.Errorf("keep out of forked children: %w", err)
	}
	if err := unix.Madvise(m.mem, unix.MADV_DONTDUMP); err != nil {
		return fmt.Errorf("keep out of core dumps: %w", err)
	}
	return nil
}
