package ringgroup

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// Stats are counts of a member; or of a slot, and then of all members it ever had; or of a group.
type Stats struct {
	Delivered   uint64 // messages given out
	Redelivered uint64 // of these, messages that another member had had before
	Done        uint64 // messages finished
	Lost        uint64 // messages that nobody got, and that were told of
}

// since is what came to it after it was before.
func (s Stats) since(before Stats) *Stats {
	return &Stats{s.Delivered - before.Delivered, s.Redelivered - before.Redelivered, s.Done - before.Done, s.Lost - before.Lost}
}

func (s *seat) stats() Stats {
	return Stats{s.delivered.Load(), s.redelivered.Load(), s.done.Load(), s.lost.Load()}
}

// Snapshot is a group as it looked at one moment, more or less: its words were read one after the other.
type Snapshot struct {
	Group   string
	Created time.Time
	Window  int
	Start   uint64 // the group's first message
	Oldest  uint64 // the oldest message that is not finished
	Next    uint64 // the message after the newest that was ever given out; at most a window beyond Oldest
	Lag     uint64 // messages published from the oldest unfinished one on
	Stats          // of all slots together

	Unfinished uint64       // messages that members have, dead ones included
	Returned   uint64       // messages handed back, and not yet taken by another
	Members    []MemberInfo // of all slots that were ever used
}

// Alive is how many living members the group has.
func (s *Snapshot) Alive() (n int) {
	for i := range s.Members {
		if s.Members[i].Alive {
			n++
		}
	}
	return n
}

// MemberInfo is a slot of a group.
type MemberInfo struct {
	Slot       int
	Alive      bool
	PID        int // in its own pid namespace, for display
	Since      time.Time
	Unfinished uint64 // messages it has
	Stats
}

// Observe looks at the groups of the ring at path, in the order of their names, without taking part. It needs read permission on
// the group's files; it returns what it could read, and an error for the rest.
func Observe(path string) ([]Snapshot, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("observe groups of ring %s: %w", path, err)
	}
	s, err := look(path)
	if err != nil {
		return nil, err
	}
	files, failed := beside.List(path)
	var groups []Snapshot
	for _, f := range files {
		if f.Group == "" || f.RingID != s.RingID {
			continue
		}
		g, err := ObserveIn(&s, f.Group)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		groups = append(groups, g)
	}
	return groups, failed
}

// ObserveIn looks at one group of a ring that the caller has just looked at: it costs less than Observe, and says more of what fails. It
// fails with fs.ErrNotExist if the ring has no such group.
func ObserveIn(s *ring.Snapshot, group string) (Snapshot, error) {
	v, err := observe(s, group)
	if err != nil {
		return Snapshot{}, fmt.Errorf("observe group %s of ring %s: %w", group, s.Path, err)
	}
	return v, nil
}

func observe(s *ring.Snapshot, group string) (v Snapshot, err error) {
	if err := beside.CheckGroup(group); err != nil {
		return v, err
	}
	g, err := openFile(s, group, mmapfile.ReadOnly)
	if err != nil {
		return v, err
	}
	v = g.snapshot(s)
	v.Group = group
	return v, g.close(g.cutOff())
}

func (g *groupFile) snapshot(s *ring.Snapshot) Snapshot {
	v := Snapshot{Created: time.Unix(0, g.id.created), Window: g.layout.window, Start: g.id.start, Oldest: g.lowest(s.NextSeq)}
	v.Next = g.next(v.Oldest)
	if !before(s.NextSeq, v.Oldest) {
		v.Lag = s.NextSeq - v.Oldest
	}
	unfinished := map[int]uint64{}
	for i := range g.words {
		switch w := g.load(uint64(i)); w.holder() {
		case finished:
		case handedBack:
			v.Returned++
		default:
			v.Unfinished++
			unfinished[w.slot()]++
		}
	}
	for i := range g.seats {
		if g.seats[i].since.Load() != 0 {
			v.add(g.member(i, unfinished[i]))
		}
	}
	return v
}

func (g *groupFile) member(slot int, unfinished uint64) MemberInfo {
	seat := &g.seats[slot]
	return MemberInfo{Slot: slot, Alive: g.alive(slot), PID: int(seat.pid.Load()), Since: time.Unix(0, int64(seat.since.Load())),
		Unfinished: unfinished, Stats: seat.stats()}
}

func (v *Snapshot) add(m MemberInfo) {
	v.Members = append(v.Members, m)
	v.Delivered += m.Delivered
	v.Redelivered += m.Redelivered
	v.Done += m.Done
	v.Lost += m.Lost
}
