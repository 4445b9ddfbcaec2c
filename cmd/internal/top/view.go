package top

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
)

// furniture is how many lines the view has around the rows: title, columns, two of detail, keys.
const furniture = 5

// View draws the screen.
func (m *Model) View() tea.View {
	v := tea.NewView(m.draw())
	v.AltScreen = true
	v.WindowTitle = "mmring top"
	return v
}

func (m *Model) draw() string {
	if m.width < 20 || m.height < furniture+1 {
		return "too small"
	}
	lines := append([]string{m.title()}, m.body()...)
	for len(lines) < m.height-3 {
		lines = append(lines, "")
	}
	lines = append(lines, m.detail()...)
	lines = append(lines, m.keysLine())
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], m.width, "…")
	}
	return strings.Join(lines, "\n")
}

// title says what is shown, and when that was.
func (m *Model) title() string {
	left := bold.Render("mmring top") + "  " + m.subject + "  " + m.counts()
	right := fmt.Sprintf("every %v  %s", m.interval, m.at.Format(time.TimeOnly))
	if m.at.IsZero() {
		right = "looking"
	}
	if m.paused {
		right = doubtful.Render("PAUSED") + " at " + m.at.Format(time.TimeOnly)
	}
	blanks := max(2, m.width-ansi.StringWidth(left)-ansi.StringWidth(right))
	return left + strings.Repeat(" ", blanks) + right
}

func (m *Model) counts() string {
	var rings, consumers, groups uint64
	for i := range m.rows {
		switch r := &m.rows[i]; {
		case r.isRing():
			rings++
		case r.group != nil:
			groups++
		default:
			consumers++
		}
	}
	counts := human.Counted(rings, "ring") + ", " + human.Counted(consumers, "consumer")
	if groups > 0 {
		counts += ", " + human.Counted(groups, "group")
	}
	return counts
}

// body is the column titles and the rows, or what there is to say instead.
func (m *Model) body() []string {
	switch {
	case m.help:
		return helpLines(m.height - furniture + 1)
	case m.err != nil:
		return wrap(bad.Render(raw.Printable(m.err.Error())), m.width)
	case m.at.IsZero():
		return nil
	case len(m.rows) == 0:
		return []string{"", "there are no rings here; mmring pub or mmring write makes one, and it will appear"}
	}
	shown := fit(m.width)
	lines := []string{m.titles(shown)}
	for i := m.offset; i < min(m.offset+m.page(), len(m.rows)); i++ {
		lines = append(lines, m.line(&m.rows[i], shown))
	}
	return lines
}

// page is how many rows fit.
func (m *Model) page() int { return max(m.height-furniture, 1) }

// titles are the columns' titles; the one that rows are sorted by has an arrow.
func (m *Model) titles(shown []column) string {
	cells := make([]string, len(shown))
	for i, c := range shown {
		title := c.title
		if c.key == m.order.by {
			title += m.arrow()
		}
		cells[i] = pad(title, c.width, c.right)
	}
	return faint.Render(strings.Repeat(" ", margin) + strings.Join(cells, strings.Repeat(" ", gap)))
}

func (m *Model) arrow() string {
	if m.order.reversed {
		return "▴"
	}
	return "▾"
}

// line draws a row. The selected one is plain but for its inversion, which other colours would end.
func (m *Model) line(r *row, shown []column) string {
	selected := r.id == m.selected
	var line strings.Builder
	write := func(text string, c *column) {
		if selected {
			line.WriteString(text)
		} else {
			line.WriteString(c.style(r).Render(text))
		}
	}
	write(mark(r), &column{style: aliveStyle})
	line.WriteString(" ")
	if r.err() != nil {
		write(r.trouble(), &column{style: aliveStyle})
		shown = nil
	}
	for i := range shown {
		if i > 0 {
			line.WriteString(strings.Repeat(" ", gap))
		}
		write(pad(shown[i].cell(r, shown[i].width), shown[i].width, shown[i].right), &shown[i])
	}
	if selected {
		return chosen.Render(pad(line.String(), m.width, false))
	}
	return line.String()
}

// wrap breaks text into lines that fit.
func wrap(text string, width int) []string { return strings.Split(ansi.Wrap(text, width, ""), "\n") }
