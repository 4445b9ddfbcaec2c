//go:build linux

package report

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
)

// Save writes the plot as SVG and as PNG into a directory.
func (p *Plot) Save(directory string) error {
	path := filepath.Join(directory, p.Name)
	if err := p.saveSVG(path + ".svg"); err != nil {
		return err
	}
	return p.on(color.White, func() error { return p.Plot.Save(p.width, p.height, path+".png") })
}

func (p *Plot) saveSVG(path string) error {
	return p.on(color.White, func() error {
		text, err := p.drawSVG()
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(text), 0o644)
	})
}

// on draws on a ground of a colour.
func (p *Plot) on(ground color.Color, draw func() error) error {
	p.BackgroundColor = ground
	defer func() { p.BackgroundColor = color.Transparent }()
	return draw()
}

var prologue = regexp.MustCompile(`(?s)^.*?<svg width="[^"]*" height="[^"]*"`)

// SVG is the plot for a page of HTML: as wide as there is room, and in the page's own colour of text.
func (p *Plot) SVG() (string, error) {
	text, err := p.drawSVG()
	if err != nil {
		return "", err
	}
	label, widest := html.EscapeString(p.Title.Text), 1.5*p.width.Points()
	opening := fmt.Sprintf(`<svg role="img" aria-label="%s" style="max-width:%.0fpx"`, label, widest)
	return strings.ReplaceAll(prologue.ReplaceAllString(text, opening), "#000000", "currentColor"), nil
}

func (p *Plot) drawSVG() (string, error) {
	w, err := p.WriterTo(p.width, p.height, "svg")
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		return "", err
	}
	text := words.ReplaceAllStringFunc(b.String(), fit)
	return strings.ReplaceAll(text, "font-family:Liberation Sans", "font-family:Liberation Sans,Arial,Helvetica,sans-serif"), nil
}

var words = regexp.MustCompile(`(?s)<text ([^>]*font-size:([0-9.]+)px[^>]*)>([^<]*)</text>`)

// fit tells the viewer how wide a text is to be: the plot was laid out for one font, and the viewer may have another.
func fit(found string) string {
	parts := words.FindStringSubmatch(found)
	points, err := strconv.ParseFloat(parts[2], 64)
	if err != nil || parts[3] == "" {
		return found
	}
	face := font.DefaultCache.Lookup(plot.DefaultFont, font.Length(points))
	width := face.Width(html.UnescapeString(parts[3])).Points()
	return fmt.Sprintf(`<text textLength="%.2f" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, width, parts[1], parts[3])
}
