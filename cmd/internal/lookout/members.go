package lookout

import (
	"fmt"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// Members is the groups that entries of the consumer table belong to, by the entry's number. Neither file names the other; it is told by
// the process: if all its places that could be a member's are one group's. Of a process with more, nobody can tell.
func (r *Ring) Members() map[int]string {
	groups, members := r.membersOf()
	if len(groups) == 0 {
		return nil
	}
	places := map[int]int{}
	for i := range r.State.Consumers {
		if c := &r.State.Consumers[i]; couldBeMember(c) {
			places[c.PID]++
		}
	}
	of := map[int]string{}
	for i := range r.State.Consumers {
		c := &r.State.Consumers[i]
		if group := groups[c.PID]; group != "" && couldBeMember(c) && places[c.PID] == members[c.PID] {
			of[c.Entry] = group
		}
	}
	return of
}

// membersOf is the group that each process is a member of, "" if there are several, and how often it is that.
func (r *Ring) membersOf() (groups map[int]string, members map[int]int) {
	groups, members = map[int]string{}, map[int]int{}
	for i := range r.Groups {
		g := &r.Groups[i]
		for _, m := range g.State.Members {
			if !m.Alive {
				continue
			}
			if members[m.PID]++; members[m.PID] == 1 {
				groups[m.PID] = g.Name
			} else if groups[m.PID] != g.Name {
				groups[m.PID] = ""
			}
		}
	}
	return groups, members
}

// couldBeMember reports whether an entry looks like that of a group's member: lossless, or made lossy, and without a name.
func couldBeMember(c *ring.ConsumerInfo) bool {
	return c.Alive && c.Name == "" && c.Mode != "lossy"
}

// Label is what a consumer is called: its name, or else its entry behind the group that it is a member of, if that is known.
func Label(name string, entry int, group string) string {
	switch {
	case name != "":
		return raw.Printable(name)
	case group != "":
		return fmt.Sprintf("%s #%d", group, entry)
	}
	return fmt.Sprintf("#%d", entry)
}
