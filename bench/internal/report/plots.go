//go:build linux

package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/mmring/mmring/bench/internal/result"
)

const wide = 11.5 * vg.Inch

// plots of a scenario: what can be seen of it better than read.
func plots(s result.Scenario, rs rows) (all []*Plot) {
	add := func(p *Plot) {
		if p != nil {
			all = append(all, p)
		}
	}
	switch s {
	case result.Ladder:
		for _, size := range values(rs, sizeOf) {
			add(ladderPlot(rs.sized(size), size))
		}
	case result.Latency:
		for _, n := range values(rs, sizeOf) {
			add(tailPlot(fmt.Sprint("latency-", n), "Round trip of "+size(n)+": median, p99, p99.9, maximum", rs.sized(n)))
		}
	case result.Load:
		for _, offered := range values(rs, rateOf) {
			add(curvePlot(rs.where(func(r *result.Row) bool { return r.Rate == offered }), offered))
		}
	case result.Throughput:
		add(throughputPlot("throughput-messages", "Messages per second, one consumer", result.Rate, rate, rs))
		add(throughputPlot("throughput-bytes", "Bytes per second, one consumer", result.Bytes, bandwidth, rs.copying()))
	case result.FanOut:
		add(fanOutPlot(rs))
	case result.Crowd:
		add(tailPlot("crowd", fmt.Sprintf("Round trip of 64 B, %d pairs at once: median, p99, p99.9, maximum", rs[0].Pairs), rs))
	case result.Cost:
		add(costPlot(rs))
	}
	return all
}

// ladderPlot draws a bar for each rung, and names what lies between two of them.
func ladderPlot(rs rows, n int) *Plot {
	rs = rs.where(func(r *result.Row) bool { return r.Has(result.OneWay) })
	if len(rs) == 0 {
		return nil
	}
	heading := fmt.Sprintf("Where the time goes: one message of %s, one way", size(n))
	p := newPlot(fmt.Sprint("ladder-", n), heading, wide, vg.Length(len(rs))*42+80)
	low, high := math.Inf(1), 0.0
	var names []string
	b := &bars{width: 15}
	var texts remarks
	for i, r := range rs {
		v, y := r.Median(result.OneWay), float64(len(rs)-1-i)
		text := rungTexts[English][r.Transport]
		names = append(names, text.title)
		low, high = min(low, v), max(high, v)
		b.bars = append(b.bars, bar{y, v, colourOf(r.Transport)})
		value := figure(r, result.OneWay, duration)
		texts = append(texts, remark{x: v, y: y, dx: 5, text: value, colour: p.X.Color, size: 11})
		if i+1 < len(rs) {
			difference := gap(v-rs[i+1].Median(result.OneWay), text.gap)
			texts = append(texts, remark{y: y - 0.5, dx: 8, text: difference, colour: grey, size: 9.5})
		}
	}
	low = math.Pow(10, math.Floor(math.Log10(low*0.7)))
	texts.within(low)
	p.X.Label.Text = "time, logarithmic"
	logAxis(&p.X, low, high*4, duration)
	p.Add(grid(true, false), b, texts)
	nominal(p, names)
	return p
}

// gap writes what lies between two rungs.
func gap(ns float64, what string) string {
	if ns < 0 {
		return "the next takes " + duration(-ns) + " more: " + what
	}
	return "− " + duration(ns) + ": " + what
}

// costPlot draws how much of a CPU a message takes.
func costPlot(rs rows) *Plot {
	paced := rs.where(func(r *result.Row) bool { return r.Rate > 0 && r.Has(result.CPU) && r.Median(result.CPU) > 0 })
	if len(paced) == 0 {
		return nil
	}
	heading := fmt.Sprintf("CPU time of a message, all processes together, at %s in bursts of 100", rate(paced[0].Rate))
	p := newPlot("cost", heading, wide, vg.Length(len(paced))*22+80)
	b := &bars{width: 12}
	var names []string
	var texts remarks
	low, high := math.Inf(1), 0.0
	for i, r := range paced {
		ns, y := r.Median(result.CPU)*1000, float64(len(paced)-1-i)
		low, high = min(low, ns), max(high, ns)
		names = append(names, title(r.Transport))
		b.bars = append(b.bars, bar{y, ns, colourOf(r.Transport)})
		texts = append(texts, remark{x: ns, y: y, dx: 5, text: duration(ns), colour: p.X.Color, size: 10})
	}
	p.X.Label.Text = "CPU time per message, logarithmic; spinning counts"
	logAxis(&p.X, math.Pow(10, math.Floor(math.Log10(low*0.9))), high*2, duration)
	p.Add(grid(true, false), b, texts)
	nominal(p, names)
	return p
}
