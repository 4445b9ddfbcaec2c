package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/mmring/mmring/cmd/internal/check"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
)

const checkLong = `Look at everything that can be wrong with the ring NAME, and say in plain words
what is and what to do: header, counters, every record from each anchor to the
end, locks, permissions, the filesystem, the consumer table, consumer groups,
leftovers of killed processes, and whether the machine restarted.

It takes no place in the ring and changes nothing. The ring may be in use.

  ok        as it should be
  note      worth knowing, and no trouble
  WARNING   it works, but maybe not for long or not for everybody
  BROKEN    something does not work

The exit status is 0 if nothing is broken, with --strict also if there is no
warning; 1 if something is, or if the ring cannot be looked at.`

func newCheck() *cobra.Command {
	var asJSON, strict bool
	cmd := &cobra.Command{
		Use:   "check NAME",
		Short: "Find out what is wrong with a ring, and what to do",
		Long:  checkLong,
		Example: `  mmring check numbers
  mmring check numbers --json | jq '.findings[] | select(.level != "ok")'
  mmring check numbers --strict > /dev/null || echo look at it`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: atRing(func(cmd *cobra.Command, path string) error {
			work := func() error { return runCheck(path, asJSON, strict, cmd.OutOrStdout()) }
			return fail.At(path, untilInterrupted(cmd.Context(), nil, work))
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	cmd.Flags().BoolVar(&strict, "strict", false, "take warnings for failures")
	return cmd
}

func runCheck(path string, asJSON, strict bool, out io.Writer) error {
	report, err := check.Ring(path)
	if err != nil {
		return err
	}
	write := report.Write
	if asJSON {
		write = report.WriteJSON
	}
	if err := write(out); err != nil {
		return err
	}
	switch {
	case report.Worst == check.Broken, strict && report.Worst == check.Warning:
		return fmt.Errorf("%s; %w", report.Verdict(), errSeeReport)
	}
	return nil
}

var errSeeReport = errors.New("see the report for what to do")
