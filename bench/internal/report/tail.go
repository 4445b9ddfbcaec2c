//go:build linux

package report

import (
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/mmring/mmring/bench/internal/result"
)

// tailPlot draws the median and what lies above it, a line for each transport.
func tailPlot(name, heading string, rs rows) *Plot {
	rs = rs.where(func(r *result.Row) bool { return r.Has(result.P50) })
	if len(rs) == 0 {
		return nil
	}
	p := newPlot(name, heading, wide, vg.Length(len(rs))*22+100)
	p.Add(grid(true, false))
	low, high := math.Inf(1), 0.0
	s := new(spans)
	var names []string
	for i, r := range rs {
		names = append(names, title(r.Transport))
		from, to := r.Median(result.P50), r.Median(result.Max)
		low, high = min(low, from), max(high, to)
		s.low, s.high, s.y = append(s.low, from), append(s.high, to), append(s.y, float64(len(rs)-1-i))
	}
	p.Add(s)
	for j, c := range tail {
		addQuantile(p, rs, c, shapes[j])
	}
	p.X.Label.Text = "time, logarithmic"
	logAxis(&p.X, low/1.5, high*3, duration)
	nominal(p, names)
	p.Legend.Top = true
	return p
}

// addQuantile marks one quantile of every row.
func addQuantile(p *Plot, rs rows, c column, shape draw.GlyphDrawer) {
	var points plotter.XYs
	for i, r := range rs {
		points = append(points, plotter.XY{X: r.Median(c.metric), Y: float64(len(rs) - 1 - i)})
	}
	scatter, err := plotter.NewScatter(points)
	if err != nil {
		return // a figure is missing
	}
	scatter.Shape, scatter.Radius = shape, 3.5
	scatter.GlyphStyleFunc = func(i int) draw.GlyphStyle {
		return draw.GlyphStyle{Color: colourOf(rs[i].Transport), Radius: 3.5, Shape: shape}
	}
	p.Add(scatter)
	p.Legend.Add(c.name, scatter)
}
