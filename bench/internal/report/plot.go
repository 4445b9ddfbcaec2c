//go:build linux

package report

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/mmring/mmring/bench/internal/transport"
)

// Plot is a chart of the report.
type Plot struct {
	Name          string // of its files
	width, height vg.Length
	*plot.Plot
}

func newPlot(name, title string, width, height vg.Length) *Plot {
	plot.DefaultFont = font.Font{Typeface: "Liberation", Variant: "Sans"}
	p := &Plot{name, width, height, plot.New()}
	p.Title.Text = title
	p.Title.TextStyle.Font.Size = 14
	p.Title.Padding = 8
	p.BackgroundColor = color.Transparent
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font.Size = 11
		axis.Tick.Label.Font.Size = 10
		axis.LineStyle.Width = 0.5
		axis.Tick.LineStyle.Width = 0.5
	}
	p.Legend.TextStyle.Font.Size = 10
	p.Legend.ThumbnailWidth = 26
	p.Legend.Padding = 4
	return p
}

// The colours of the families: legible on white and on black, and to the colour-blind.
var colours = map[string]color.RGBA{
	"ring":  {0x00, 0x7a, 0xc2, 0xff},
	"unix":  {0xe0, 0x7b, 0x00, 0xff},
	"pipe":  {0x0f, 0x9d, 0x73, 0xff},
	"tcp":   {0xc4, 0x5c, 0x9e, 0xff},
	"other": {0x88, 0x88, 0x88, 0xff},
}

// grey is for what is no transport, and for remarks.
var grey = color.RGBA{0x80, 0x80, 0x80, 0xff}

func colourOf(name string) color.RGBA {
	if t := transport.ByName(name); t != nil {
		return colours[t.Info().Family]
	}
	return grey
}

// strokes tell the members of a family apart.
var strokes = [][]vg.Length{nil, {6, 2}, {2, 2}, {8, 2, 2, 2}, {1, 3}, {12, 3}}

var shapes = []draw.GlyphDrawer{
	draw.CircleGlyph{}, draw.SquareGlyph{}, draw.TriangleGlyph{}, draw.RingGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{},
}

// logTicks marks the powers of ten in units, and the places between.
type logTicks struct{ form func(float64) string }

func (t logTicks) Ticks(low, high float64) (ticks []plot.Tick) {
	for decade := math.Pow(10, math.Floor(math.Log10(low))); decade <= high; decade *= 10 {
		for i := range 9 {
			v := decade * float64(i+1)
			if v < low*0.999 || v > high*1.001 {
				continue
			}
			label := ""
			if i == 0 {
				label = strings.Replace(t.form(v), ".00", "", 1)
				label = strings.Replace(label, ".0", "", 1)
			}
			ticks = append(ticks, plot.Tick{Value: v, Label: label})
		}
	}
	return ticks
}

// logAxis makes an axis logarithmic, from low to high.
func logAxis(a *plot.Axis, low, high float64, form func(float64) string) {
	a.Min, a.Max = low, high
	a.Scale = plot.LogScale{}
	a.Tick.Marker = logTicks{form}
}
