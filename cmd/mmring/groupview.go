package main

import (
	"strconv"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/table"
)

// groupView is a consumer group as stat shows it. One that could not be looked at has a name and an error.
type groupView struct {
	Name        string       `json:"name"`
	Error       string       `json:"error,omitempty"`
	Created     time.Time    `json:"created"`
	Window      int          `json:"window"`
	Alive       int          `json:"alive"`
	OldestSeq   uint64       `json:"oldest_seq"`
	NextSeq     uint64       `json:"next_seq"`
	LagMessages uint64       `json:"lag_messages"`
	Unfinished  uint64       `json:"unfinished"`
	Returned    uint64       `json:"returned"`
	Delivered   uint64       `json:"delivered"`
	Redelivered uint64       `json:"redelivered"`
	Done        uint64       `json:"done"`
	Lost        uint64       `json:"lost"`
	Rate        *float64     `json:"rate,omitempty"` // of messages finished
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

func newGroupView(g *lookout.Group) groupView {
	if g.Err != nil {
		return groupView{Name: g.Name, Error: g.Trouble(), Members: []memberView{}}
	}
	s := &g.State
	v := groupView{
		Name: g.Name, Created: s.Created, Window: s.Window, Alive: s.Alive(), OldestSeq: s.Oldest, NextSeq: s.Next, LagMessages: s.Lag,
		Unfinished: s.Unfinished, Returned: s.Returned, Delivered: s.Delivered, Redelivered: s.Redelivered, Done: s.Done, Lost: s.Lost,
		Members: []memberView{},
	}
	for _, m := range s.Members {
		v.Members = append(v.Members, memberView{
			Slot: m.Slot, PID: m.PID, Alive: m.Alive, Since: m.Since, Unfinished: m.Unfinished,
			Delivered: m.Delivered, Redelivered: m.Redelivered, Done: m.Done, Lost: m.Lost,
		})
	}
	return v
}

func groupTable(groups []groupView) *table.Table {
	t := table.New(table.Left("GROUP"), table.Right("MEMBERS"), table.Right("UNFINISHED"), table.Right("DONE"), table.Right("RATE"),
		table.Right("REDELIVERED"), table.Right("LAG"), table.Right("LOST"))
	for _, g := range groups {
		if g.Error != "" {
			t.Row(g.Name, "unreadable")
			continue
		}
		t.Row(g.Name, strconv.Itoa(g.Alive), human.Count(g.Unfinished+g.Returned), human.Count(g.Done), rateText(g.Rate),
			human.Count(g.Redelivered), human.Count(g.LagMessages), human.Count(g.Lost))
	}
	return t
}
