package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/torture"
	"github.com/spf13/cobra"
)

const (
	leastTorture = time.Second
	workCommand  = "work-part-of-torture"
)

func newTorture() *cobra.Command {
	var o torture.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "torture",
		Short: "Try to break it: processes killed and stopped at every instant, every byte checked",
		Long: `Start a producer process and consumer processes of every mode on one ring after
another. Kill and stop them at random and at chosen instants: inside Publish,
between Append and Flush, inside a claim, while joining, seeking, leaving. Start
new ones in their place. Check every byte of every message, and everything else
the ring says to anybody, against what was sent.

The exit status is 0 only if nothing was torn, lost without notice, repeated, out
of order or stuck and, from 30 seconds on, everything that should be tried
happened. A violation is printed with what was done before it and the seed. A seed
repeats the decisions, not the instants: those are the machine's.

Run as root it also tries consumers of another user, who may only read.`,
		Example: `  mmring torture
  mmring torture --duration 2h
  mmring torture --duration 10s --json | jq .counts`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("seed") {
				o.Seed = uint64(rand.Uint32())
			}
			return runTorture(cmd.Context(), o, asJSON, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.DurationVar(&o.Duration, "duration", time.Minute, "`time` to go on")
	f.Uint64Var(&o.Seed, "seed", 0, "`number` that decides what is done; chosen at random if not given")
	f.BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func runTorture(ctx context.Context, o torture.Options, asJSON bool, out, words io.Writer) error {
	if o.Duration < leastTorture {
		return fail.Usage("--duration %v is too short to try anything; use %v or more", o.Duration, leastTorture)
	}
	o.Program, o.Dir, o.Progress = []string{"/proc/self/exe", workCommand}, names.Dir(), words // another user may run that too
	o.Columns = columnsOf(words)
	report, err := torture.Run(ctx, o)
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted, with seed %d; all its processes are ended and its files removed", o.Seed)
	case err != nil:
		return err
	}
	if err := printReport(report, asJSON, out); err != nil || report.OK {
		return err
	}
	return errors.New("a guarantee was broken, or too little was tried: see the report")
}

// tortureWork is what a process of torture does, whose interrupts are its conductor's.
func tortureWork(_ context.Context, part string, in io.Reader, out io.Writer) error {
	return torture.Work(part, in, out)
}
