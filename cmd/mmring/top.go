package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/cmd/internal/top"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// framesPerSecond is how often the view is drawn at most. Each time wakes a process, which takes a CPU from one that spins where all
// are taken; bubbletea's own choice is 60.
const framesPerSecond = 20

// leastInterval keeps a slip of the finger from burning a CPU.
const leastInterval = 50 * time.Millisecond

// topCommand is the command line of mmring top.
type topCommand struct {
	names    []string
	interval time.Duration
	once     bool
	json     bool
}

const topLong = `Watch the rings NAME..., or all rings in $MMRING_DIR or /dev/shm: how fast each
is written, how full it is, and every consumer: how it reads, how far it is
behind, what it lost, whether it lives, and when it last moved; and every group
of consumers. Press ? for help, q to quit.

Looking takes no place in a ring and does not slow its producer. Rings may
appear, vanish, be replaced or be damaged meanwhile.

With --once, with --json, or when the output is no terminal, it prints the state
once and ends; the rates are those of a short moment, see --interval.

The columns, of which narrow screens have fewer:
` + top.Legend

func newTop() *cobra.Command {
	var t topCommand
	cmd := &cobra.Command{
		Use:   "top [NAME...]",
		Short: "Watch rings live: rates, fill, and every consumer",
		Long:  topLong,
		Example: `  mmring top
  mmring top numbers prices --interval 200ms
  mmring top --json | jq '.[] | {name, rate, fill}'`,
		ValidArgsFunction: completeRings,
		RunE: func(cmd *cobra.Command, args []string) error {
			if t.interval < leastInterval {
				return fail.Usage("--interval %v is less than %v", t.interval, leastInterval)
			}
			if !cmd.Flags().Changed("interval") && t.isOnce(cmd.OutOrStdout()) {
				t.interval = statInterval
			}
			t.names = args
			return t.run(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().DurationVar(&t.interval, "interval", time.Second, "`time` between two looks; with --once 200ms")
	cmd.Flags().BoolVar(&t.once, "once", false, "print the state once, as text")
	cmd.Flags().BoolVar(&t.json, "json", false, "print the state once, as a JSON array of objects such as stat prints")
	return cmd
}

// isOnce reports whether to print instead of showing.
func (t *topCommand) isOnce(out io.Writer) bool {
	f, ok := out.(*os.File)
	return t.once || t.json || !ok || !term.IsTerminal(int(f.Fd()))
}

func (t *topCommand) run(ctx context.Context, in io.Reader, out, words io.Writer) error {
	watcher, subject, err := t.watcher()
	if err != nil {
		return err
	}
	defer watcher.Close()
	if t.isOnce(out) {
		return ignoreInterrupt(ctx, t.print(ctx, watcher, out, words))
	}
	if _, err := firstLook(watcher, len(t.names) > 0); err != nil {
		return err
	}
	_, err = onTerminal(ctx, top.New(watcher, subject, t.interval), in, out).Run()
	if ctx.Err() != nil {
		return nil // interrupted
	}
	return err
}

// onTerminal is what draws a view, and passes keys to it.
func onTerminal(ctx context.Context, view tea.Model, in io.Reader, out io.Writer) *tea.Program {
	return tea.NewProgram(view, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond))
}

// watcher watches what the command line names, and says what that is.
func (t *topCommand) watcher() (w *lookout.Lookout, subject string, err error) {
	if len(t.names) == 0 {
		return lookout.Dir(names.Dir()), raw.Printable(names.Dir()), nil
	}
	var paths []string
	for _, name := range t.names {
		path, err := names.Path(name)
		if err != nil {
			return nil, "", err
		}
		paths = append(paths, path)
	}
	return lookout.Paths(paths), raw.Printable(strings.Join(t.names, " ")), nil
}

// firstLook fails if a ring that was named cannot be looked at: it is mostly a slip of the pen.
func firstLook(w *lookout.Lookout, named bool) (look top.Look, err error) {
	look.At = time.Now()
	look.Rings, err = w.Look()
	for _, r := range look.Rings {
		if named {
			err = errors.Join(err, r.Err)
		}
	}
	return look, err
}

// print looks twice, and prints.
func (t *topCommand) print(ctx context.Context, w *lookout.Lookout, out, words io.Writer) error {
	before, err := firstLook(w, len(t.names) > 0)
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(t.interval):
	}
	after := top.Look{At: time.Now()}
	if after.Rings, err = w.Look(); err != nil {
		return err
	}
	switch {
	case t.json:
		return writeTopJSON(out, before, after)
	case len(after.Rings) == 0:
		fmt.Fprintln(words, noRings(names.Dir()))
		return nil
	}
	return top.Write(out, words, before, after)
}
