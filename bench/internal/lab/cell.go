//go:build linux

package lab

import (
	"context"
	"fmt"

	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
	"github.com/mmring/mmring/bench/internal/worker"
)

// setting is where and how cells are measured.
type setting struct {
	Options
	cpus  []int
	event uint64 // tracepoint to count system calls by; 0: they are counted where they are made
	count uint64 // messages at most; 0: as many as fit in the window
}

// measure makes one run of a cell, and returns what the parties of each of its links have seen.
func measure(ctx context.Context, c result.Cell, s setting) ([][]worker.Outcome, error) {
	t := newTeam(ctx, s.warm()+s.Window)
	defer t.disband()
	if _, alone := transport.Alone[c.Transport]; alone {
		job := worker.Job{Kind: worker.Alone, Transport: c.Transport, Shape: transport.Shape{Size: c.Size}, CPU: s.cpus[0]}
		if err := t.hire(job, nil); err != nil {
			return nil, err
		}
	} else if err := s.connect(t, c); err != nil {
		return nil, err
	}
	replies, err := t.run(s.warm(), s.Window)
	if err != nil {
		return nil, err
	}
	var links [][]worker.Outcome
	for _, r := range replies {
		for _, o := range r.Outcomes {
			if o.Party == 0 {
				links = append(links, nil)
			}
			links[len(links)-1] = append(links[len(links)-1], o)
		}
	}
	return links, nil
}

// connect starts the processes of all links of a cell.
func (s setting) connect(t *team, c result.Cell) error {
	tr := transport.ByName(c.Transport)
	if tr == nil {
		return fmt.Errorf("no transport is named %q", c.Transport)
	}
	kind := kindOf(c)
	job := worker.Job{
		Kind: kind, Transport: c.Transport, Rate: c.Rate, Count: s.count, CallEvent: s.event,
		Shape: transport.Shape{
			Size: c.Size, Consumers: c.Consumers, Buffer: s.Buffer,
			Duplex: kind == worker.RoundTrip, Made: c.Scenario == result.Ladder,
		},
	}
	if c.Scenario == result.Cost {
		job.Burst = costBurst
	}
	free := tr.Info().Free || c.Pairs > 1
	for range max(c.Pairs, 1) {
		if err := t.link(tr, job, place(c.Consumers, s.cpus, free)); err != nil {
			return err
		}
	}
	return nil
}

func kindOf(c result.Cell) worker.Kind {
	switch c.Scenario {
	case result.Latency, result.Crowd, result.Ladder:
		return worker.RoundTrip
	case result.Throughput, result.FanOut:
		return worker.Throughput
	}
	if c.Rate > 0 {
		return worker.Load
	}
	return worker.Throughput
}

// place gives the producer a CPU of its own and the consumers the others, in turn; none to parties that are free.
func place(consumers int, cpus []int, free bool) []int {
	places := make([]int, 1+consumers)
	for party := range places {
		switch {
		case free || len(cpus) < 2:
			places[party] = -1
		case party == 0:
			places[party] = cpus[0]
		default:
			places[party] = cpus[1+(party-1)%(len(cpus)-1)]
		}
	}
	return places
}
