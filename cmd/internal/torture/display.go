package torture

import (
	"fmt"
	"io"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
)

// display shows how far the run is: on a terminal in one line that changes, elsewhere in a line now and then.
type display struct {
	out     io.Writer
	columns int // of the terminal that out is; 0: it is none
	drawn   time.Time
}

const (
	redrawTerminal = 200 * time.Millisecond
	redrawPlain    = 5 * time.Second
	clearLine      = "\r\x1b[K"
)

func newDisplay(out io.Writer, columns int) *display { return &display{out, columns, time.Now()} }

func (d *display) update(r *round) {
	every := redrawPlain
	if d.columns > 0 {
		every = redrawTerminal
	}
	if d.out == nil || time.Since(d.drawn) < every {
		return
	}
	d.drawn = time.Now()
	line := fmt.Sprintf("%3.0f s  ring %d (%v)  %s killed  %s received  %s lost", time.Since(r.history.began).Seconds(), r.report.Rings,
		&r.ringConfig, human.Count(r.report.allKills()), r.soFar(countReceived), r.soFar(countLost))
	if d.columns == 0 {
		fmt.Fprintln(d.out, line)
		return
	}
	runes := []rune(line)
	fmt.Fprint(d.out, clearLine, string(runes[:min(len(runes), d.columns-1)]))
}

// close removes the line that changes.
func (d *display) close() {
	if d.out != nil && d.columns > 0 {
		fmt.Fprint(d.out, clearLine)
	}
}

func (r *round) soFar(c count) string { return human.Short(float64(r.report.totals[c] + r.counted(c))) }
