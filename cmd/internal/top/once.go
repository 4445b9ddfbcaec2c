package top

import (
	"cmp"
	"errors"
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

// Write writes the second of two looks as text, with the rates that the two give. What could not be looked at comes last, with the reason.
func Write(out io.Writer, before, after Look) error {
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
	err := t.Write(out, "")
	for _, trouble := range troubles {
		_, e := fmt.Fprintf(out, "\n%s\n", trouble)
		err = errors.Join(err, e)
	}
	return err
}

// dash stands where there can be no figure.
func dash(cell string) string { return cmp.Or(cell, "-") }
