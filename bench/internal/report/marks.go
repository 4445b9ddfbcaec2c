//go:build linux

package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bar is a horizontal bar from the axis to a value.
type bar struct {
	y, value float64
	colour   color.Color
}

// bars draws horizontal bars that begin at the axis, so that the axis may be logarithmic.
type bars struct {
	bars  []bar
	width vg.Length
}

func (b *bars) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	for _, one := range b.bars {
		y := toY(one.y)
		c.FillPolygon(one.colour, []vg.Point{
			{X: c.Min.X, Y: y - b.width/2}, {X: toX(one.value), Y: y - b.width/2},
			{X: toX(one.value), Y: y + b.width/2}, {X: c.Min.X, Y: y + b.width/2},
		})
	}
}

// remark is a text beside a point.
type remark struct {
	x, y   float64
	dx, dy vg.Length
	text   string
	colour color.Color
	size   vg.Length
}

// remarks writes texts, each to the right of its point.
type remarks []remark

func (rs remarks) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	for _, r := range rs {
		style := p.X.Tick.Label
		style.Font.Size = r.size
		style.Color = r.colour
		style.XAlign, style.YAlign = draw.XLeft, draw.YCenter
		c.FillText(style, vg.Point{X: toX(r.x) + r.dx, Y: toY(r.y) + r.dy}, r.text)
	}
}

// within moves those that lie left of the axis onto it.
func (rs remarks) within(low float64) {
	for i := range rs {
		rs[i].x = max(rs[i].x, low)
	}
}

// spans are thin lines, each from the least to the greatest point of a line of the chart.
type spans struct{ low, high, y []float64 }

func (s *spans) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	style := draw.LineStyle{Color: color.NRGBA{0x80, 0x80, 0x80, 0x80}, Width: 1}
	for i, y := range s.y {
		c.StrokeLine2(style, toX(s.low[i]), toY(y), toX(s.high[i]), toY(y))
	}
}

// nominal names the lines of a chart of horizontal bars from the top down.
func nominal(p *Plot, names []string) {
	ticks := make([]plot.Tick, len(names))
	for i, name := range names {
		ticks[i] = plot.Tick{Value: float64(len(names) - 1 - i), Label: name}
	}
	p.Y.Tick.Marker = plot.ConstantTicks(ticks)
	p.Y.Tick.Length, p.Y.Padding = 0, 6
	p.Y.LineStyle.Width = 0
	p.Y.Min, p.Y.Max = -0.6, float64(len(names))-0.4
}

// grid draws faint lines at the labelled ticks.
func grid(vertical, horizontal bool) *plotter.Grid {
	g := plotter.NewGrid()
	faint := draw.LineStyle{Color: color.NRGBA{0x80, 0x80, 0x80, 0x50}, Width: 0.5}
	g.Vertical, g.Horizontal = draw.LineStyle{}, draw.LineStyle{}
	if vertical {
		g.Vertical = faint
	}
	if horizontal {
		g.Horizontal = faint
	}
	return g
}
