// Package table writes rows of text in aligned columns.
package table

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// gap is what stands between two columns.
const gap = "  "

// A Column has a title, and stands left or right: words left, figures right.
type Column struct {
	title string
	right bool
}

// Left is a column of words.
func Left(title string) Column { return Column{title, false} }

// Right is a column of figures.
func Right(title string) Column { return Column{title, true} }

// A Table is columns and rows. It is written when it is complete, because only then are the widths known.
type Table struct {
	columns []Column
	rows    [][]string
}

// New makes a table without rows. If all titles are empty, none are written.
func New(columns ...Column) *Table { return &Table{columns: columns} }

// Row adds a row: one cell for each column; missing ones are empty. The last cell of a row that misses some may be longer than its column:
// it makes no room for itself in the other rows.
func (t *Table) Row(cells ...string) { t.rows = append(t.rows, cells) }

// Write writes the titles and all rows, each line after indent.
func (t *Table) Write(w io.Writer, indent string) error {
	out := bufio.NewWriter(w)
	widths := t.widths()
	if titles := t.titles(); strings.Join(titles, "") != "" {
		t.line(out, indent, titles, widths)
	}
	for _, row := range t.rows {
		t.line(out, indent, row, widths)
	}
	return out.Flush()
}

func (t *Table) titles() []string {
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	return titles
}

func (t *Table) widths() []int {
	widths := make([]int, len(t.columns))
	for _, row := range append([][]string{t.titles()}, t.rows...) {
		if len(row) < len(widths) {
			row = row[:len(row)-1]
		}
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// line writes one row without blanks at its end.
func (t *Table) line(out *bufio.Writer, indent string, cells []string, widths []int) {
	var line strings.Builder
	for i, cell := range cells {
		padding := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
		if i > 0 {
			line.WriteString(gap)
		}
		if t.columns[i].right {
			line.WriteString(padding + cell)
		} else {
			line.WriteString(cell + padding)
		}
	}
	out.WriteString(strings.TrimRight(indent+line.String(), " ") + "\n")
}
