//go:build linux

package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"github.com/mmring/mmring/bench/internal/result"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"svg": func(p *Plot) (template.HTML, error) {
		text, err := p.SVG()
		return template.HTML(text), err
	},
	"last":     func(i int, all []string) bool { return i == len(all)-1 },
	"duration": duration,
	"rate":     rate,
}).Parse(pageText))

// HTML writes one page with everything in it.
func HTML(w io.Writer, f *result.File) error {
	return page.Execute(w, map[string]any{
		"File": f, "Sections": Sections(f), "Probes": probeTable(f), "Took": f.Took.Round(time.Second),
		"Time": f.Machine.Time.Format("2006-01-02 15:04 UTC"),
	})
}

// probeTable shows how steady the machine was.
func probeTable(f *result.File) *Table {
	t := &Table{
		Title:   "The limits, before and after each group of runs",
		Columns: []string{"after", "bare round trip", "64-byte lines", "interrupted"},
	}
	for _, p := range f.Probes {
		at := p.At.Round(100 * time.Millisecond).String()
		t.Rows = append(t.Rows, []string{at, duration(p.RoundTrip), rate(p.Lines), percent(p.Interrupted)})
	}
	return t
}

// Text writes everything for a terminal.
func Text(w io.Writer, f *result.File) {
	for _, line := range f.Machine.Lines() {
		fmt.Fprintln(w, line)
	}
	if f.Limit.RoundTrip > 0 {
		fmt.Fprintf(w, "limit of two cores: bare round trip %s, ", duration(f.Limit.RoundTrip))
		fmt.Fprintf(w, "64-byte lines %s\n", rate(f.Limit.Lines))
	}
	for _, s := range Sections(f) {
		fmt.Fprintf(w, "\n== %s\n%s\n", s.Title, s.Question)
		for _, t := range s.Tables {
			t.Text(w)
		}
	}
}

// Markdown writes the tables for a document.
func Markdown(w io.Writer, f *result.File) {
	for _, s := range Sections(f) {
		fmt.Fprintf(w, "\n### %s\n\n%s\n\n", s.Title, s.Question)
		for _, t := range s.Tables {
			t.Markdown(w)
			fmt.Fprintln(w)
		}
	}
}
