package lookout

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// Group is what one look at a consumer group showed: its state, or why that could not be seen.
type Group struct {
	Name  string
	State ringgroup.Snapshot
	Err   error // State is empty then
}

// Groups looks at the consumer groups of a ring, in the order of their names. It fails if nobody can tell which there are.
func Groups(s *ring.Snapshot) (groups []Group, err error) {
	files, err := beside.List(s.Path)
	if err != nil {
		return nil, fmt.Errorf("cannot list the groups: %w", errors.Unwrap(err))
	}
	for _, f := range files {
		if f.Group == "" || f.RingID != s.RingID {
			continue
		}
		g := Group{Name: f.Group}
		g.State, g.Err = ringgroup.ObserveIn(s, f.Group)
		if errors.Is(g.Err, fs.ErrNotExist) {
			continue // it went with its ring
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// Trouble is why the group could not be looked at, without what is said of it already.
func (g *Group) Trouble() string { return raw.Printable(innermost(g.Err).Error()) }

// innermost is the error inside those that name the group and the ring.
func innermost(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// Held is how many messages of the group were given out, or handed back, and are not finished.
func (g *Group) Held() uint64 { return g.State.Unfinished + g.State.Returned }

// Window is how much of its window a group uses, from 0 to 1: at 1 all members wait for its oldest unfinished message.
func (g *Group) Window() float64 {
	if g.State.Next-g.State.Oldest > uint64(g.State.Window) { // while it was looked at it moved on, or its words are nonsense
		return 1
	}
	return float64(g.State.Next-g.State.Oldest) / float64(max(g.State.Window, 1))
}
