package main

import (
	"time"

	"github.com/mmring/mmring/ring"
)

// ringView is a ring as stat shows it. Rates are absent if they were not asked for.
type ringView struct {
	Path            string         `json:"path"`
	RingID          uint64         `json:"ring_id"`
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

func newRingView(s *ring.Snapshot) *ringView {
	v := &ringView{
		Path: s.Path, RingID: s.RingID, LayoutVersion: s.LayoutVersion, Created: s.Created,
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
	for _, c := range s.Consumers {
		v.Consumers = append(v.Consumers, consumerView{
			Entry: c.Entry, Name: c.Name, PID: c.PID, Mode: c.Mode, Alive: c.Alive, Since: c.Since, Head: c.Head, NextSeq: c.NextSeq,
			LagMessages: c.Lag.Messages, LagBytes: c.Lag.Bytes, Received: c.Received, Lost: c.Lost, Lapped: c.Lapped,
		})
	}
	return v
}

// addRates works out the rates from two snapshots.
func (v *ringView) addRates(before, after *ring.Snapshot, apart time.Duration) {
	rate := func(from, to uint64) *float64 {
		r := 0.0
		if to > from {
			r = float64(to-from) / apart.Seconds()
		}
		return &r
	}
	v.Rate = rate(before.NextSeq, after.NextSeq)
	v.ByteRate = rate(before.Tail, after.Tail)
	for i, c := range after.Consumers {
		for _, b := range before.Consumers {
			if b.Entry == c.Entry && b.Since.Equal(c.Since) {
				v.Consumers[i].Rate = rate(b.Received, c.Received)
			}
		}
	}
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
