//go:build linux

package lab

import (
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Plan lists the cells to measure on a machine with so many CPUs, in the order of the report.
func Plan(o Options, cpus int) (plan []result.Cell) {
	p := planner{Options: o, cpus: cpus}
	p.ladder()
	p.each(result.Latency, p.answers, func(c result.Cell) { p.overSizes(c, p.TripSizes) })
	p.each(result.Load, p.single, p.underLoad)
	p.each(result.Throughput, p.streams, func(c result.Cell) { p.overSizes(c, p.Sizes) })
	p.each(result.FanOut, p.fansOut, p.toConsumers)
	p.each(result.Crowd, p.crowds, func(c result.Cell) { c.Pairs = 2 * cpus; p.add(c) })
	p.each(result.Cost, p.costs, p.atRestAndFull)
	return p.cells
}

type planner struct {
	Options
	cpus  int
	cells []result.Cell
}

func (p *planner) add(c result.Cell) { p.cells = append(p.cells, c) }

// each calls fn with a cell for every wanted transport that suits the scenario. Those that never sleep need a CPU for each
// party.
func (p *planner) each(s result.Scenario, suits func(transport.Info) bool, fn func(result.Cell)) {
	for _, t := range transport.All() {
		i := t.Info()
		if p.wants(s, i.Name) && suits(i) && !(i.Spins && p.cpus < 2) {
			fn(result.Cell{Scenario: s, Transport: i.Name, Size: small, Consumers: 1})
		}
	}
}

// answers: one message at a time, so there is nothing to gather and nothing to lose.
func (p *planner) answers(i transport.Info) bool { return !i.Batches && !i.Lossy }
func (p *planner) streams(i transport.Info) bool { return !i.Turns }
func (p *planner) single(i transport.Info) bool  { return !i.Batches && p.usual(i) }
func (p *planner) fansOut(i transport.Info) bool { return !i.Bulk && p.usual(i) }
func (p *planner) crowds(i transport.Info) bool  { return p.answers(i) && !i.Spins && p.usual(i) }
func (p *planner) costs(i transport.Info) bool   { return !i.Bulk && p.usual(i) }

// usual: what one would stream messages through. And where the parties run is compared with one message at a time, and with as many as
// can be, and left out elsewhere.
func (p *planner) usual(i transport.Info) bool { return p.streams(i) && i.PinnedTwin == "" }

func (p *planner) underLoad(c result.Cell) {
	for _, c.Rate = range p.Rates {
		p.add(c)
	}
}

func (p *planner) overSizes(c result.Cell, sizes []int) {
	i := transport.ByName(c.Transport).Info()
	for _, c.Size = range sizes {
		if (!i.Bulk || c.Size <= 4<<10) && (i.Fixed == 0 || i.Fixed == c.Size) {
			p.add(c)
		}
	}
}

func (p *planner) toConsumers(c result.Cell) {
	spins := transport.ByName(c.Transport).Info().Spins
	for _, c.Consumers = range p.Consumers {
		if !spins || c.Consumers < p.cpus {
			p.add(c)
		}
	}
}

// costRate is a load that every transport carries, in messages per second: a burst of costBurst each millisecond.
const (
	costRate  = 1e5
	costBurst = 100
)

// atRestAndFull: what a message costs where there are few, and where there are as many as can be.
func (p *planner) atRestAndFull(c result.Cell) {
	p.add(c)
	if !transport.ByName(c.Transport).Info().Batches {
		c.Rate = costRate
		p.add(c)
	}
}

// Bare is the rung that the limit probe measures.
const Bare = "bare-line"

// Rungs are the ladder from a socket down to the cache line: transports, what one thread does alone, and the limit.
var Rungs = []string{
	"tcp", "unix-stream", "ring-sleep", "unix-stream-spin", "alone-unix", "alone-pipe", "alone-calls",
	"ring-spin", "ring-view", Bare, "alone-memcpy",
}

// ladderSizes: a small message shows what calls and wake-ups cost, a large one what copies do.
var ladderSizes = []int{small, 64 << 10}

func (p *planner) ladder() {
	for _, size := range ladderSizes {
		for _, rung := range Rungs {
			if p.wants(result.Ladder, rung) {
				p.add(result.Cell{Scenario: result.Ladder, Transport: rung, Size: size, Consumers: 1})
			}
		}
	}
}
