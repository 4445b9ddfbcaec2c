//go:build linux

package lab

import (
	"errors"
	"fmt"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/worker"
)

// values makes one run's figures of what the parties have seen.
func values(c result.Cell, links [][]worker.Outcome) (result.Values, *stats.Histogram, error) {
	v := result.Values{}
	if err := complete(links); err != nil {
		return nil, nil, err
	}
	latencies := merged(links)
	if latencies != nil && latencies.Count() > 0 {
		v[result.P50], v[result.P99] = latencies.Quantile(0.50), latencies.Quantile(0.99)
		v[result.P999], v[result.Max] = latencies.Quantile(0.999), latencies.Max()
	}
	switch kind := kindOf(c); {
	case len(links[0]) == 1:
		v[result.OneWay] = links[0][0].Typical
		return v, nil, nil
	case kind == worker.RoundTrip:
		v[result.Trip] = typical(links)
		v[result.OneWay] = v[result.Trip] / 2
		if v[result.Trip] == 0 {
			return nil, nil, errNothing
		}
	default:
		rates(c, links[0], v)
	}
	costs(links, v)
	return v, latencies, nil
}

// errNothing: a process stood still for the whole time measured. The next run may do better.
var errNothing = errors.New("nothing arrived within the time measured")

// complete reports an error unless everything sent has arrived, or is known to be lost. That it was intact the receivers have
// seen to.
func complete(links [][]worker.Outcome) error {
	for _, parties := range links {
		for _, o := range parties[1:] {
			if o.Total+o.Lost != parties[0].Total {
				return fmt.Errorf("party %d got %d messages and lost %d, of %d sent", o.Party, o.Total, o.Lost, parties[0].Total)
			}
			if o.Counted == 0 && parties[0].Typical == 0 {
				return errNothing
			}
		}
	}
	return nil
}

func merged(links [][]worker.Outcome) (all *stats.Histogram) {
	for _, parties := range links {
		for _, o := range parties {
			switch {
			case o.Latency == nil:
			case all == nil:
				all = o.Latency
			default:
				all.Merge(o.Latency)
			}
		}
	}
	return all
}

func typical(links [][]worker.Outcome) (sum float64) {
	for _, parties := range links {
		sum += parties[0].Typical
	}
	return sum / float64(len(links))
}

// rates adds how many messages a second each consumer has got, on average.
func rates(c result.Cell, parties []worker.Outcome, v result.Values) {
	var rate, lost float64
	for _, o := range parties[1:] {
		rate += float64(o.Counted) / o.Window
		lost += float64(o.Lost) / float64(max(o.Total+o.Lost, 1))
	}
	consumers := float64(len(parties) - 1)
	v[result.Rate], v[result.Lost] = rate/consumers, lost/consumers
	v[result.Bytes] = v[result.Rate] * float64(c.Size)
	if c.Rate > 0 {
		v[result.Achieved] = float64(parties[0].Counted) / parties[0].Window / c.Rate
	}
}

// costs adds what all processes together have used for a million messages sent.
func costs(links [][]worker.Outcome, v result.Values) {
	var sent, memory float64
	var used worker.Usage
	all := true
	for _, parties := range links {
		sent += float64(parties[0].Counted)
		for _, o := range parties {
			used.CPU += o.Usage.CPU
			used.Switches += o.Usage.Switches
			used.Faults += o.Usage.Faults
			used.Calls += o.Usage.Calls
			all = all && o.Usage.AllCalls
			memory += float64(o.Memory)
		}
	}
	millions := max(sent, 1) / 1e6
	v[result.CPU], v[result.Switches], v[result.Faults] = used.CPU/millions, used.Switches/millions, used.Faults/millions
	if all || used.Calls > 0 {
		v[result.Calls] = used.Calls / millions
	}
	v[result.Memory] = memory
}

// ofLimit adds the figure as a ratio to what the hardware allows: so many times the bare round trip, or such a share of the
// bare lines per second.
func ofLimit(c result.Cell, v result.Values, l limit.Limit) {
	if l.RoundTrip == 0 {
		return
	}
	const line = 64
	if trip, ok := v[result.Trip]; ok {
		v[result.OfLimit] = trip / l.RoundTrip
	} else if rate, ok := v[result.Rate]; ok && c.Rate == 0 {
		lines := (c.Size + line - 1) / line
		v[result.OfLimit] = rate * float64(lines) / l.Lines
	}
}
