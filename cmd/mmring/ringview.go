package main

import (
	"fmt"
	"time"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
)

// ringView is a ring as stat shows it. Rates are absent if they were not asked for.
type ringView struct {
	Path            string         `json:"path"`
	RingID          string         `json:"ring_id"` // 16 hexadecimal digits, as in file names: many a program keeps but 53 bits of a number
	LayoutVersion   int            `json:"layout_version"`
	Created         time.Time      `json:"created"`
	Capacity        int            `json:"capacity"`
	Alignment       int            `json:"alignment"`
	MaxMessage      int            `json:"max_message"`
	MaxConsumers    int            `json:"max_consumers"`
	StallDeadlineNS time.Duration  `json:"stall_deadline_ns"`
	Schema          string         `json:"schema,omitempty"`
	Metadata        []byte         `json:"metadata,omitempty"`
	Producer        producerView   `json:"producer"`
	Closed          bool           `json:"closed"`
	Tail            uint64         `json:"tail"`
	Messages        uint64         `json:"messages"`
	OldestSeq       uint64         `json:"oldest_seq"`
	Rate            *float64       `json:"rate,omitempty"`
	ByteRate        *float64       `json:"byte_rate,omitempty"`
	Consumers       []consumerView `json:"consumers"`
	HeadsError      string         `json:"heads_error,omitempty"`
	Groups          []groupView    `json:"groups,omitempty"`
	GroupsError     string         `json:"groups_error,omitempty"`
}

// producerView is the ring's producer, or the last one.
type producerView struct {
	State      string        `json:"state"`
	Alive      bool          `json:"alive"`
	PID        int           `json:"pid"`
	Started    time.Time     `json:"started"`
	Generation uint64        `json:"generation"`
	BlockedNS  time.Duration `json:"blocked_ns"`
	Demoted    uint64        `json:"demoted"`
	Freed      uint64        `json:"freed"`
	Wakeups    uint64        `json:"wakeups"`
}

// consumerView is an entry of the consumer table.
type consumerView struct {
	Entry       int       `json:"entry"`
	Name        string    `json:"name,omitempty"`
	Group       string    `json:"group,omitempty"` // that it is a member of, if that is known
	PID         int       `json:"pid"`
	Mode        string    `json:"mode"`
	Alive       bool      `json:"alive"`
	Since       time.Time `json:"since"`
	Head        uint64    `json:"head"`
	NextSeq     uint64    `json:"next_seq"`
	LagMessages uint64    `json:"lag_messages"`
	LagBytes    uint64    `json:"lag_bytes"`
	Received    uint64    `json:"received"`
	Lost        uint64    `json:"lost"`
	Lapped      bool      `json:"lapped"`
	Rate        *float64  `json:"rate,omitempty"`
}

func newRingView(r *lookout.Ring) *ringView {
	s := &r.State
	v := &ringView{
		Path: s.Path, RingID: fmt.Sprintf("%016x", s.RingID), LayoutVersion: s.LayoutVersion, Created: s.Created,
		Capacity: s.Capacity, Alignment: s.Alignment, MaxMessage: s.MaxMessage, MaxConsumers: s.MaxConsumers,
		StallDeadlineNS: s.StallDeadline, Schema: s.Schema, Metadata: s.Metadata,
		Closed: s.Closed, Tail: s.Tail, Messages: s.NextSeq, OldestSeq: s.OldestSeq, Consumers: []consumerView{},
	}
	v.Producer = producerView{
		State: producerState(s), Alive: s.ProducerAlive, PID: s.ProducerPID, Started: s.Started, Generation: s.Generation,
		BlockedNS: s.Blocked, Demoted: s.Demoted, Freed: s.Freed, Wakeups: s.Wakeups,
	}
	if s.HeadsError != nil {
		v.HeadsError = s.HeadsError.Error()
	}
	members := r.Members()
	for _, c := range s.Consumers {
		v.Consumers = append(v.Consumers, consumerView{
			Entry: c.Entry, Name: c.Name, Group: members[c.Entry], PID: c.PID, Mode: c.Mode, Alive: c.Alive, Since: c.Since, Head: c.Head, NextSeq: c.NextSeq,
			LagMessages: c.Lag.Messages, LagBytes: c.Lag.Bytes, Received: c.Received, Lost: c.Lost, Lapped: c.Lapped,
		})
	}
	for i := range r.Groups {
		v.Groups = append(v.Groups, newGroupView(&r.Groups[i]))
	}
	if r.GroupsErr != nil {
		v.GroupsError = r.GroupsErr.Error()
	}
	return v
}

// addRates works out the rates since an earlier look at the same ring.
func (v *ringView) addRates(before *ringView, apart time.Duration) {
	if before.RingID != v.RingID {
		return
	}
	v.Rate, v.ByteRate = rate(before.Messages, v.Messages, apart), rate(before.Tail, v.Tail, apart)
	for i := range v.Consumers {
		for _, b := range before.Consumers {
			if c := &v.Consumers[i]; b.Entry == c.Entry && b.Since.Equal(c.Since) {
				c.Rate = rate(b.Received, c.Received, apart)
			}
		}
	}
	for i := range v.Groups {
		for _, b := range before.Groups {
			if g := &v.Groups[i]; b.Name == g.Name && b.Created.Equal(g.Created) && b.Error == g.Error {
				g.Rate = rate(b.Done, g.Done, apart)
			}
		}
	}
}

// rate is by how much a counter grew a second. One that somebody else writes may also shrink.
func rate(from, to uint64, apart time.Duration) *float64 {
	r := 0.0
	if to > from {
		r = float64(to-from) / apart.Seconds()
	}
	return &r
}

// producerState says in a word whether the stream has a producer, was ended by it, or lost it.
func producerState(s *ring.Snapshot) string {
	switch {
	case s.ProducerAlive:
		return "alive"
	case s.Closed:
		return "ended"
	}
	return "none"
}
