package torture

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/table"
)

// excused reports whether something cannot happen here: a reader without write permission needs another user.
func excused(c count) bool { return c == countReadOnly && !haveNobody() }

// Print writes the report for a person to read.
func (r *Report) Print(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Seed %d, %s, %.0f s.\n\n", r.Seed, human.Counted(uint64(r.Rings), "ring"), r.Took.Seconds())
	t := table.New(table.Right(""), table.Left(""))
	for i, k := range kinds {
		t.Row(human.Count(r.totals[i]), k.text)
	}
	t.Write(&text, "  ")
	for _, who := range []string{ofProducer, ofConsumer} {
		fmt.Fprintf(&text, "\nKills of a %s:\n\n", who)
		r.kills(who).Write(&text, "  ")
	}
	text.WriteString("\n" + r.verdict() + "\n")
	_, err := io.WriteString(out, text.String())
	return err
}

func (r *Report) kills(who string) *table.Table {
	t := table.New(table.Right(""), table.Left(""))
	for _, at := range phaseNames {
		if n := r.Kills[who][at]; n > 0 {
			t.Row(human.Count(n), at)
		}
	}
	return t
}

func (r *Report) verdict() string {
	switch {
	case r.Violation != nil:
		return fmt.Sprintf("What was done (seconds):\n%s\n\nThen a VIOLATION, on a ring of %s:\n%s\n\nTo try again: mmring torture --seed %d",
			strings.Join(r.Violation.History, "\n"), r.Violation.Ring, r.Violation.Text, r.Seed)
	case len(r.Missing) > 0:
		slices.Sort(r.Missing)
		return "No violation, but this did not happen, so the run proves too little: " + strings.Join(r.Missing, "; ") + "."
	}
	return "No violation: nothing torn, lost without notice, repeated, out of order or stuck."
}
