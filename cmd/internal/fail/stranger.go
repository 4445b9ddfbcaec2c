package fail

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/ring"
)

// stranger is an error about a file that is no ring, of which more is known than that.
type stranger struct {
	error
	sentence string // what it is, and what to do
}

// errStranger is what every stranger is.
var errStranger = errors.New("no ring, but something else that is known")

func (s *stranger) Error() string        { return s.sentence }
func (s *stranger) Unwrap() error        { return s.error }
func (s *stranger) Is(target error) bool { return target == errStranger }

// recognise says of an error about a file that is no ring what the file is, if that can be told.
func recognise(path string, err error) error {
	if !errors.Is(err, ring.ErrNotRing) {
		return err
	}
	if is, _ := recording.Is(path); is {
		return &stranger{err, "not a ring: it is a recording; mmring replay publishes it: mmring replay FILE NAME"}
	}
	files, _ := beside.List(path)
	for _, f := range files {
		if f.Group == "" {
			return &stranger{err, fmt.Sprintf("not a ring any more: it was one, for %s lies beside it, but its beginning was overwritten "+
				"or cut off, and nothing of it can be read; remove both yourself (rm)", filepath.Base(f.Path))}
		}
	}
	return err
}
