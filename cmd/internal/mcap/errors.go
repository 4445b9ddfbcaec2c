package mcap

import (
	"errors"
	"fmt"
)

// ErrNotMCAP: the file does not begin like one of the format.
var ErrNotMCAP = errors.New("not an MCAP file")

// CutOffError says that a file ends before its end: whoever wrote it was killed, or is still writing, or the file was cut.
type CutOffError struct {
	Whole int64 // bytes, up to the end of the last whole record
	Size  int64 // of the file, in bytes
}

func (e *CutOffError) Error() string {
	return fmt.Sprintf("cut off: the file is whole up to byte %d of %d", e.Whole, e.Size)
}

// DamagedError says that a file contradicts itself.
type DamagedError struct {
	Offset int64 // of the record that does
	What   string
}

func (e *DamagedError) Error() string { return fmt.Sprintf("damaged at byte %d: %s", e.Offset, e.What) }
