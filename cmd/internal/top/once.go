package top

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/table"
)

// Look is what was seen at one moment.
type Look struct {
	Rings []lookout.Ring
	At    time.Time
}

// Write writes the second of two looks as text, with the rates that the two give, and on words why some could not be looked at.
func Write(out, words io.Writer, before, after Look) error {
	ts := trends{}
	ts.add(before.Rings, before.At)
	ts.add(after.Rings, after.At)
	t := table.New(table.Left("NAME"), table.Left("KIND"), table.Left("STATE"), table.Right("PID"), table.Right("RATE"),
		table.Right("BYTES/s"), table.Right("FILL"), table.Right("LAG"), table.Right("LOST"), table.Right("OUT"), table.Right("AGAIN"), table.Right("SINCE"))
	var troubles []string
	for _, r := range rows(after.Rings, ts, order{}, after.At) {
		if r.err() != nil {
			t.Row(nameCell(&r, 0), "-", r.state())
			troubles = append(troubles, strings.TrimSpace(r.trouble()))
			continue
		}
		t.Row(nameCell(&r, 0), r.kind(), r.state(), pidCell(&r, 0), rateCell(&r, 0), bytesCell(&r, 0), fmt.Sprintf("%d%%", percent(r.fill())),
			human.Count(r.lag()), human.Count(r.lost()), dash(outCell(&r, 0)), dash(againCell(&r, 0)), sinceCell(&r, 0))
	}
	if err := t.Write(out, ""); err != nil {
		return err
	}
	for _, trouble := range troubles {
		fmt.Fprintln(words, trouble)
	}
	return nil
}

// dash stands where there can be no figure.
func dash(cell string) string { return cmp.Or(cell, "-") }
