package check

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// groups looks at the consumer groups.
func (d *doctor) groups() {
	s, err := d.snapshot()
	if err != nil {
		return // what is wrong with the ring is told already
	}
	groups, err := lookout.Groups(&s)
	if err != nil {
		d.note("groups", "", "nobody can tell which groups there are: %v", err)
	}
	for i := range groups {
		if g := &groups[i]; g.Err != nil {
			d.unseen(g)
		} else {
			d.group(&s, g)
		}
	}
}

func (d *doctor) snapshot() (ring.Snapshot, error) {
	o, err := ring.Observe(d.Path)
	if err != nil {
		return ring.Snapshot{}, err
	}
	defer o.Close()
	return o.Snapshot()
}

// unseen tells why a group could not be looked at.
func (d *doctor) unseen(g *lookout.Group) {
	switch {
	case errors.Is(g.Err, fs.ErrPermission):
		d.note("group", "look as the ring's user", "%s: this user may not read its file", g.Name)
	case errors.Is(g.Err, ring.ErrNotOwner):
		d.broken("group", "remove it, or have its owner do it", "%s: %s: nobody will use it", g.Name, g.Trouble())
	case errors.Is(g.Err, ring.ErrVersion):
		d.broken("group", "use the mmring that made it, or "+d.groupAnew(g), "%s: %s", g.Name, g.Trouble())
	default:
		d.broken("group", d.groupAnew(g), "%s: %s", g.Name, g.Trouble())
	}
}

// groupAnew is what to do about a group whose file is damaged.
func (d *doctor) groupAnew(g *lookout.Group) string {
	path := beside.Group(d.Path, d.stream.Identity.RingID, g.Name)
	return fmt.Sprintf("stop its members and remove %s: the group begins anew", raw.Printable(path))
}

// looksAtGroup is how often a group may contradict itself: it moves on while it is looked at.
const looksAtGroup = 5

// group judges a group that could be looked at.
func (d *doctor) group(s *ring.Snapshot, g *lookout.Group) {
	lie := d.groupLie(&g.State)
	for range looksAtGroup {
		if lie == "" {
			break
		}
		if g.State, g.Err = ringgroup.ObserveIn(s, g.Name); g.Err != nil {
			return // it goes while it is looked at
		}
		lie = d.groupLie(&g.State)
	}
	if lie != "" {
		d.broken("group", d.groupAnew(g), "%s: what its file says cannot be: %s", g.Name, lie)
		return
	}
	d.groupWork(g)
	d.stoppedMembers(g)
}

// groupLie says what cannot be true of a group, "" if nothing.
func (d *doctor) groupLie(g *ringgroup.Snapshot) (lie string) {
	switch end := d.newestEnd(); {
	case int64(g.Next-g.Oldest) < 0 || g.Next-g.Oldest > uint64(g.Window):
		lie = fmt.Sprintf("message %d is unfinished and %d was given out, more than the %d messages of its window apart", g.Oldest, g.Next-1, g.Window)
	case end != nil && ahead(g.Next, end.Seq):
		lie = fmt.Sprintf("message %d was given out, and the next to be published is %d", g.Next-1, end.Seq)
	}
	if d.stream.Err() != nil {
		return "" // cut short, which is told elsewhere
	}
	return lie
}

// groupWork looks whether a group gets on.
func (d *doctor) groupWork(g *lookout.Group) {
	s := &g.State
	alive := human.Counted(uint64(s.Alive()), "living member")
	switch {
	case s.Alive() == 0 && s.Lag > 0:
		d.warn("group", "start one: it goes on there", "%s: no member lives, and %s from number %d on wait; the producer overwrites them when it needs the space",
			g.Name, human.Counted(s.Lag, "message"), s.Oldest)
	case s.Alive() > 0 && s.Next-s.Oldest == uint64(s.Window):
		d.warn("group", "see what a member has to do with that message (mmring stat --json tells who has how many), or make the window larger",
			"%s: its window of %s is used up: nobody gets more before message %d is finished", g.Name, human.Counted(uint64(s.Window), "message"), s.Oldest)
	default:
		d.ok("group", "%s: %s; %s behind, of which %d are given out or handed back", g.Name, alive, human.Counted(s.Lag, "message"), g.Held())
	}
}
