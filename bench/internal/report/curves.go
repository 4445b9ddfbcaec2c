//go:build linux

package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
)

// main transports are those that plots with a line for each can show without a tangle.
var mainTransports = map[string]bool{
	"ring": true, "ring-sealed": true, "ring-view": true, "ring-batch": true, "ring-sleep": true, "ring-lossy": true,
	"unix-stream": true, "unix-stream-spin": true, "unix-stream-batch": true, "unix-stream-bulk": true,
	"unix-seqpacket": true, "pipe": true, "pipe-bulk": true, "tcp": true, "chan": true, "nats": true,
}

// family counts the members of each family that were drawn, so that the next looks different.
type family map[string]int

// add draws a transport's line and names it in the legend.
func (f family) add(p *Plot, name string, points plotter.XYs) error {
	if len(points) == 0 {
		return nil
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	of := transport.ByName(name).Info().Family
	n := f[of]
	f[of]++
	line.Color, line.Width, line.Dashes = colours[of], 1.6, strokes[n%len(strokes)]
	dots.Color, dots.Shape, dots.Radius = colours[of], shapes[n%len(shapes)], 3
	p.Add(line, dots)
	p.Legend.Add(title(name), line, dots)
	return nil
}

// lines draws a line for each main transport through the points of its rows, ordered by x.
func lines(p *Plot, rs rows, x func(*result.Row) float64, y result.Metric) {
	f := family{}
	for _, name := range rs.transports() {
		var points plotter.XYs
		for _, r := range rs.of(name) {
			if v := r.Median(y); mainTransports[name] && v > 0 {
				points = append(points, plotter.XY{X: x(r), Y: v})
			}
		}
		f.add(p, name, points)
	}
	p.Legend.Top = true
}

func throughputPlot(name, heading string, m result.Metric, form func(float64) string, rs rows) *Plot {
	sizes := values(rs, sizeOf)
	low, high := reach(rs, m)
	if len(sizes) < 2 || high == 0 {
		return nil
	}
	p := newPlot(name, heading, wide, 5.4*vg.Inch)
	p.X.Label.Text, p.Y.Label.Text = "size of a message", "rate, logarithmic"
	lines(p, rs, func(r *result.Row) float64 { return float64(r.Size) }, m)
	logAxis(&p.Y, low, high, form)
	p.X.Scale = plot.LogScale{}
	p.X.Min, p.X.Max = float64(sizes[0]), roomRight(sizes)
	p.X.Tick.Marker = sizeTicks(sizes)
	p.Add(grid(true, true))
	return p
}

// roomRight extends a logarithmic axis so that the legend has a third of it.
func roomRight(sizes []int) float64 {
	first, last := float64(sizes[0]), float64(sizes[len(sizes)-1])
	return last * math.Pow(last/first, 0.42)
}

func sizeTicks(sizes []int) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, s := range sizes {
		ticks = append(ticks, plot.Tick{Value: float64(s), Label: size(s)})
	}
	return ticks
}

// reach is the range of a metric, widened to look well. high is 0 if there are no figures.
func reach(rs rows, m result.Metric) (low, high float64) {
	low, high = math.Inf(1), 0
	for _, r := range rs {
		if v := r.Median(m); v > 0 {
			low, high = min(low, v), max(high, v)
		}
	}
	return low / 1.5, high * 2
}

func fanOutPlot(rs rows) *Plot {
	counts := values(rs, consumersOf)
	low, high := reach(rs, result.Rate)
	if len(counts) < 2 || high == 0 {
		return nil
	}
	p := newPlot("fanout", "Messages of 64 B per second, for each consumer", wide, 5.2*vg.Inch)
	p.X.Label.Text, p.Y.Label.Text = "consumers, each of which gets every message", "rate, logarithmic"
	lines(p, rs, func(r *result.Row) float64 { return float64(r.Consumers) }, result.Rate)
	logAxis(&p.Y, low, high, rate)
	last := float64(counts[len(counts)-1])
	p.X.Min, p.X.Max = 0.8, last*1.5
	var ticks plot.ConstantTicks
	for _, n := range counts {
		ticks = append(ticks, plot.Tick{Value: float64(n), Label: fmt.Sprint(n)})
	}
	p.X.Tick.Marker = ticks
	p.Add(grid(true, true))
	return p
}

// curvePlot draws how many messages took longer than what: each further nine of the share is a step to the right.
func curvePlot(rs rows, offered float64) *Plot {
	p := newPlot(fmt.Sprintf("load-%.0f", offered), fmt.Sprintf("One way under load, %s offered", rate(offered)), wide, 5.2*vg.Inch)
	p.X.Label.Text, p.Y.Label.Text = "share of the messages that arrive sooner", "latency, logarithmic"
	f := family{}
	low, high := math.Inf(1), 0.0
	for _, r := range rs {
		if !mainTransports[r.Transport] {
			continue
		}
		var points plotter.XYs
		for _, c := range r.Curve {
			if c.Share > 0 && c.Share < 1 {
				points = append(points, plotter.XY{X: nines(c.Share), Y: c.Latency})
				low, high = min(low, c.Latency), max(high, c.Latency)
			}
		}
		f.add(p, r.Transport, points)
	}
	if high == 0 {
		return nil
	}
	logAxis(&p.Y, low/1.5, high*2, duration)
	p.X.Min, p.X.Max = 0, 7.4
	p.X.Tick.Marker = shareTicks()
	p.Add(grid(true, true))
	p.Legend.Top = true
	return p
}

// nines is how many nines a share has.
func nines(share float64) float64 { return -math.Log10(1 - share) }

func shareTicks() plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, share := range []float64{0, .5, .9, .99, .999, .9999, .99999} {
		ticks = append(ticks, plot.Tick{Value: nines(share), Label: fmt.Sprintf("%.6g %%", 100*share)})
	}
	return ticks
}
