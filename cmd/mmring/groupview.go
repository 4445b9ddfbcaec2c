package main

import (
	"fmt"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/table"
	"github.com/mmring/mmring/ringgroup"
)

// groupView is a consumer group as stat shows it.
type groupView struct {
	Name        string       `json:"name"`
	Created     time.Time    `json:"created"`
	Window      int          `json:"window"`
	OldestSeq   uint64       `json:"oldest_seq"`
	LagMessages uint64       `json:"lag_messages"`
	Unfinished  uint64       `json:"unfinished"`
	Returned    uint64       `json:"returned"`
	Delivered   uint64       `json:"delivered"`
	Redelivered uint64       `json:"redelivered"`
	Done        uint64       `json:"done"`
	Lost        uint64       `json:"lost"`
	Members     []memberView `json:"members"`
}

// memberView is a slot of a group. Its counts are of all members that it ever had.
type memberView struct {
	Slot        int       `json:"slot"`
	PID         int       `json:"pid"`
	Alive       bool      `json:"alive"`
	Since       time.Time `json:"since"`
	Unfinished  uint64    `json:"unfinished"`
	Delivered   uint64    `json:"delivered"`
	Redelivered uint64    `json:"redelivered"`
	Done        uint64    `json:"done"`
	Lost        uint64    `json:"lost"`
}

func newGroupView(s *ringgroup.Snapshot) groupView {
	v := groupView{
		Name: s.Group, Created: s.Created, Window: s.Window, OldestSeq: s.Oldest, LagMessages: s.Lag, Unfinished: s.Unfinished,
		Returned: s.Returned, Delivered: s.Delivered, Redelivered: s.Redelivered, Done: s.Done, Lost: s.Lost, Members: []memberView{},
	}
	for _, m := range s.Members {
		v.Members = append(v.Members, memberView{
			Slot: m.Slot, PID: m.PID, Alive: m.Alive, Since: m.Since, Unfinished: m.Unfinished,
			Delivered: m.Delivered, Redelivered: m.Redelivered, Done: m.Done, Lost: m.Lost,
		})
	}
	return v
}

// alive is how many living members the group has.
func (v *groupView) alive() (n uint64) {
	for _, m := range v.Members {
		if m.Alive {
			n++
		}
	}
	return n
}

func groupTable(groups []groupView) *table.Table {
	t := table.New(table.Left("GROUP"), table.Right("MEMBERS"), table.Right("UNFINISHED"), table.Right("DONE"),
		table.Right("REDELIVERED"), table.Right("LAG"), table.Right("LOST"))
	for _, g := range groups {
		t.Row(g.Name, fmt.Sprint(g.alive()), human.Count(g.Unfinished+g.Returned), human.Count(g.Done),
			human.Count(g.Redelivered), human.Count(g.LagMessages), human.Count(g.Lost))
	}
	return t
}
