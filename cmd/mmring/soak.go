package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/soak"
	"github.com/spf13/cobra"
)

const (
	soakCommand = "work-part-of-soak"
	mostSoaked  = 100000 // messages a second: beyond it would not be light
)

func newSoak() *cobra.Command {
	var o soak.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "soak",
		Short: "Run a ring for a long time and see whether anything grows",
		Long: `Send messages at a moderate rate for a long time, to a process that sleeps
until they come, lossless, and to one that spins, lossy. Print for each interval
how late messages were, and what memory and descriptors the three processes had.

The spinning process takes a CPU for a twentieth of the time only, so that a soak
can run beside other work. That work shows in the latencies.

It takes at least 4 intervals to tell whether anything grows. The exit status is
0 only if each message arrived and neither memory nor descriptors grew.`,
		Example: `  mmring soak
  mmring soak --duration 8h --interval 10m
  mmring soak --duration 1m --interval 5s --json | jq .memory`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSoak(cmd.Context(), o, asJSON, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.DurationVar(&o.Duration, "duration", time.Hour, "`time` to go on")
	f.DurationVar(&o.Interval, "interval", time.Minute, "`time` between two rows")
	f.IntVar(&o.Rate, "rate", 1000, "`messages` a second")
	f.BoolVar(&asJSON, "json", false, "print a JSON object at the end")
	return cmd
}

func runSoak(ctx context.Context, o soak.Options, asJSON bool, out io.Writer) error {
	switch {
	case o.Rate < 1 || o.Rate > mostSoaked:
		return fail.Usage("--rate %d is not from 1 to %d messages a second", o.Rate, mostSoaked)
	case o.Interval < time.Second:
		return fail.Usage("--interval %v is too short to say anything; use 1s or more", o.Interval)
	case o.Duration < soak.Enough*o.Interval:
		return fail.Usage("--duration %v has fewer than %d intervals of %v, which are too few to tell; use a longer one, or a shorter --interval",
			o.Duration, soak.Enough, o.Interval)
	}
	o.Program, o.Dir = []string{"/proc/self/exe", soakCommand}, names.Dir()
	if !asJSON {
		fmt.Fprintln(out, soak.Header)
		o.Progress = func(r soak.Row) { fmt.Fprintln(out, r.Line()) }
	}
	report, err := soak.Run(ctx, o)
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; all its processes are ended and its files removed")
	case err != nil:
		return err
	case !asJSON:
		fmt.Fprintln(out)
	}
	if err := printReport(report, asJSON, out); err != nil {
		return err
	}
	return report.Failure()
}
