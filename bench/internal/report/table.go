//go:build linux

package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Table is figures for people. The first column is text, the others are figures.
type Table struct {
	Title   string
	Columns []string
	Rows    [][]string
	Notes   []string
}

// Text writes the table for a terminal.
func (t *Table) Text(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", t.Title)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	widest := 0
	for _, row := range t.Rows {
		widest = max(widest, len([]rune(row[0])))
	}
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		fmt.Fprintf(tw, "%-*s\t%s\t\n", widest, row[0], strings.Join(row[1:], "\t"))
	}
	tw.Flush()
	for _, note := range t.Notes {
		fmt.Fprintln(w, "  "+note)
	}
}

// Markdown writes the table for a document.
func (t *Table) Markdown(w io.Writer) {
	fmt.Fprintf(w, "**%s**\n\n", t.Title)
	line := func(cells []string) { fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | ")) }
	line(t.Columns)
	rule := make([]string, len(t.Columns))
	for i := range rule {
		rule[i] = "---:"
	}
	rule[0] = "---"
	line(rule)
	for _, row := range t.Rows {
		line(row)
	}
	if len(t.Notes) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(t.Notes, "\n"))
	}
}

// Words reports whether a column but the first holds text: one whose cells are long.
func (t *Table) Words(column int) bool {
	const long = 24
	for _, row := range t.Rows {
		if column > 0 && len([]rune(row[column])) > long {
			return true
		}
	}
	return false
}
