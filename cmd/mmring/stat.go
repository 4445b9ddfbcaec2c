package main

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

// statInterval is the default time between the two looks that a rate takes.
const statInterval = 200 * time.Millisecond

func newStat() *cobra.Command {
	var interval time.Duration
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stat NAME",
		Short: "Show a ring's state, its producer and its consumers",
		Long: `Show the ring NAME: its dimensions, whether its producer lives, how much was
published and how fast, and every consumer: how it reads, whether it lives, how
far it is behind, and what it lost. Of each group of consumers: how many members
live, what they have not finished, what was given out again because members died
or left, and how far the oldest unfinished message is behind the end.

A member of a group says how far it is when it waits for messages, and otherwise
after a sixteenth of the ring or of the group's window: until then its line may
show 0 received and a growing lag. The line of the group is always up to date.

Looking takes no place in the ring and disturbs nobody. The rates are those of a
short moment; see --interval.`,
		Example: `  mmring stat numbers
  mmring stat numbers --interval 2s --json | jq '.consumers[].lag_messages'`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: atRing(func(cmd *cobra.Command, path string) error {
			if interval < 0 {
				return fail.Usage("--interval %v is no time between two looks; use one such as 200ms, or 0 for no rates", interval)
			}
			v, err := observe(cmd.Context(), path, interval)
			if err != nil {
				return ignoreInterrupt(cmd.Context(), err)
			}
			return printStat(cmd.OutOrStdout(), v, asJSON)
		}),
	}
	cmd.Flags().DurationVar(&interval, "interval", statInterval, "`time` between two looks that give the rates; 0: no rates")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func printStat(out io.Writer, v *ringView, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(v)
	}
	return v.print(out)
}

// observe looks at a ring twice, if rates are wanted.
func observe(ctx context.Context, path string, interval time.Duration) (*ringView, error) {
	l := lookout.Paths([]string{path})
	defer l.Close()
	began := time.Now()
	v, err := viewOf(l)
	if err != nil || interval <= 0 {
		return v, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(interval):
	}
	before := v
	if v, err = viewOf(l); err == nil {
		v.addRates(before, time.Since(began))
	}
	return v, err
}

// viewOf looks at the one ring of a lookout.
func viewOf(l *lookout.Lookout) (*ringView, error) {
	rings, err := l.Look()
	if err == nil {
		err = rings[0].Err
	}
	if err != nil {
		return nil, err
	}
	return newRingView(&rings[0]), nil
}

// snapshot looks at a ring once.
func snapshot(path string) (ring.Snapshot, error) {
	o, err := ring.Observe(path)
	if err != nil {
		return ring.Snapshot{}, err
	}
	defer o.Close()
	return o.Snapshot()
}
