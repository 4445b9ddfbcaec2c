package top

import (
	"fmt"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
)

// detail is two lines on the selected row.
func (m *Model) detail() []string {
	for i := range m.rows {
		if r := &m.rows[i]; r.id == m.selected {
			switch {
			case r.err() != nil:
				return []string{"", raw.Printable(r.ring.Path)}
			case r.group != nil:
				return groupDetail(r)
			case r.consumer != nil:
				return consumerDetail(r)
			}
			return ringDetail(r)
		}
	}
	return []string{"", ""}
}

func ringDetail(r *row) []string {
	s := &r.ring.State
	about := fmt.Sprintf("%s  %v, messages up to %s", raw.Printable(s.Path), human.Bytes(s.Capacity), human.Counted(uint64(s.MaxMessage), "byte"))
	if s.Schema != "" {
		about += " of type " + raw.Printable(s.Schema)
	}
	producer := "no producer"
	switch r.state() {
	case "alive", "held up":
		producer = fmt.Sprintf("producer %d for %s", s.ProducerPID, human.Age(max(r.now.Sub(s.Started), 0)))
	case "ended":
		producer = "stream ended"
	}
	return []string{about, fmt.Sprintf("%s  %s  held up %s  demoted %s  freed %s", producer,
		human.Counted(s.NextSeq, "message"), human.Duration(s.Blocked), human.Count(s.Demoted), human.Count(s.Freed))}
}

func consumerDetail(r *row) []string {
	c := r.consumer
	process := fmt.Sprintf("process %d for %s", c.PID, human.Age(max(r.now.Sub(c.Since), 0)))
	if !c.Alive {
		process = fmt.Sprintf("process %d is gone", c.PID)
	}
	reads := fmt.Sprintf("next %s  behind %s (%s)", human.Count(c.NextSeq), human.Count(c.Lag.Messages), human.Counted(c.Lag.Bytes, "byte"))
	if c.NextSeq == ^uint64(0) {
		reads = "looking for its place"
	}
	return []string{
		fmt.Sprintf("%s in %s, entry %d: %s, %s", r.name(), r.ring.Name, c.Entry, c.Mode, process),
		fmt.Sprintf("%s  received %s  lost %s", reads, human.Count(c.Received), human.Count(c.Lost)),
	}
}

func groupDetail(r *row) []string {
	g := &r.group.State
	return []string{
		fmt.Sprintf("%s in %s: group of %s alive, for %s, window %s", r.name(), r.ring.Name, human.Counted(uint64(g.Alive()), "member"),
			human.Age(max(r.now.Sub(g.Created), 0)), human.Count(uint64(g.Window))),
		fmt.Sprintf("oldest %s  next %s  out %s  handed back %s  done %s  given again %s", human.Count(g.Oldest), human.Count(g.Next),
			human.Count(g.Unfinished), human.Count(g.Returned), human.Count(g.Done), human.Count(g.Redelivered)),
	}
}
