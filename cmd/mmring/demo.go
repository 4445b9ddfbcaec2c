package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mmring/mmring/cmd/internal/demo"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/spf13/cobra"
)

const (
	mostConsumers = 256
	mostSize      = 16 << 20
	leastDuration = 500 * time.Millisecond
	playCommand   = "play-part-of-demo"
)

func newDemo() *cobra.Command {
	var o demo.Options
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See it work: real processes, every byte checked, compared with a socket",
		Long: `Start a producer process and some consumer processes on a ring, check every byte
of every message, and show what each consumer got, how fast, and how long a
message took. The same is then done over Unix sockets, for comparison.

The last of several consumers is lossy, and slow on purpose; the others are
lossless. The exit status is 0 only if every lossless consumer received every
message intact and in order, and the lossy one was told exactly what it lost.`,
		Example: `  mmring demo
  mmring demo --consumers 1 --size 1024
  mmring demo --duration 2s --json | jq .ratio`,
		Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkDemo(&o); err != nil {
				return err
			}
			return runDemo(cmd.Context(), o, asJSON, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.Consumers, "consumers", 3, "`number` of consumer processes")
	f.DurationVar(&o.Duration, "duration", 5*time.Second, "`time` to send, in all")
	f.IntVar(&o.Size, "size", 64, "`bytes` in a message; at least 16, for its number and the time")
	f.BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func checkDemo(o *demo.Options) error {
	switch {
	case o.Consumers < 1 || o.Consumers > mostConsumers:
		return fail.Usage("--consumers %d is not from 1 to %d", o.Consumers, mostConsumers)
	case o.Size < demo.MinSize || o.Size > mostSize:
		return fail.Usage("--size %d is not from %d to %d: a message carries its number and the time", o.Size, demo.MinSize, mostSize)
	case o.Duration < leastDuration:
		return fail.Usage("--duration %v is too short to measure anything; use %v or more", o.Duration, leastDuration)
	}
	return nil
}

func runDemo(ctx context.Context, o demo.Options, asJSON bool, out, words io.Writer) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program to start it again: %w", err)
	}
	o.Program, o.Dir, o.Progress = []string{program, playCommand}, names.Dir(), words
	o.Columns = columnsOf(words)
	report, err := demo.Run(ctx, o)
	switch {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; all its processes are ended and its files removed")
	case err != nil:
		return err
	}
	if err := printReport(report, asJSON, out); err != nil || report.OK {
		return err
	}
	return errors.New("a consumer did not get what was sent: see the report")
}
