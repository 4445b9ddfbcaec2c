package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
)

// display shows how far the processes of a stage are: on a terminal in one line that changes, elsewhere in a line a second.
type display struct {
	out     io.Writer
	columns int // of the terminal that out is; 0: it is none

	mu    sync.Mutex
	parts []Part
	at    []progress
	began time.Time
	drawn time.Time
}

const (
	redrawTerminal = 100 * time.Millisecond
	redrawPlain    = time.Second
	clearLine      = "\r\x1b[K"
)

func newDisplay(out io.Writer, columns int) *display { return &display{out: out, columns: columns} }

// begin starts showing another stage.
func (d *display) begin(parts []Part) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.parts, d.at, d.began, d.drawn = parts, make([]progress, len(parts)), time.Now(), time.Now()
}

// update takes note of how far part i is.
func (d *display) update(i int, at progress) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at[i] = at
	every := redrawPlain
	if d.columns > 0 {
		every = redrawTerminal
	}
	if d.out == nil || time.Since(d.drawn) < every {
		return
	}
	d.drawn = time.Now()
	line := d.line()
	if d.columns > 0 {
		fmt.Fprint(d.out, clearLine, line[:min(len(line), d.columns-1)])
	} else {
		fmt.Fprintln(d.out, line)
	}
}

// line says how far all are.
func (d *display) line() string {
	var line strings.Builder
	fmt.Fprintf(&line, "%-6s %4.1f s   %s sent",
		d.parts[0].Transport, time.Since(d.began).Seconds(), human.Short(float64(d.at[0].Messages)))
	for i, p := range d.parts[1:] {
		at := d.at[i+1]
		fmt.Fprintf(&line, "   #%d %s", p.Number, human.Short(float64(at.Messages)))
		if at.Lost > 0 {
			fmt.Fprintf(&line, " (lost %s)", human.Short(float64(at.Lost)))
		}
	}
	return line.String()
}

// close removes the line that changes.
func (d *display) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.out != nil && d.columns > 0 {
		fmt.Fprint(d.out, clearLine)
	}
}
