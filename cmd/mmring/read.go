package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

// read is the command line of mmring read.
type read struct {
	path  string
	every time.Duration
	json  bool
}

func newRead() *cobra.Command {
	var r read
	cmd := &cobra.Command{
		Use:   "read NAME",
		Short: "Print the newest message",
		Long: `Print the newest message of the ring NAME. It stays the newest: nothing is consumed.

With --every it goes on looking until it is interrupted, and prints the newest
message whenever it is another one. The ring need not exist yet then, and may be
made anew. Messages that come and go between two looks are not shown; mmring sub
shows them all.`,
		Example: `  mmring write temperature 21.5
  mmring read temperature
  mmring read temperature --every 1s`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if r.path, err = names.Path(args[0]); err != nil {
				return err
			}
			if r.every < 0 || r.every == 0 && cmd.Flags().Changed("every") {
				return fail.Usage("--every %v is no time between two looks; use one such as 1s", r.every)
			}
			return fail.At(r.path, r.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().DurationVar(&r.every, "every", 0, "look again after each such `time`, and print what is new")
	cmd.Flags().BoolVar(&r.json, "json", false, jsonHelp)
	return cmd
}

func (r *read) run(ctx context.Context, out, words io.Writer) error {
	w := &watch{path: r.path, out: newSink(out, r.encode)}
	defer w.close()
	if r.every == 0 {
		return w.look()
	}
	return untilInterrupted(ctx, nil, func() error { return r.follow(ctx, w, words) })
}

func (r *read) encode(dst []byte, m *ring.Message) []byte {
	if r.json {
		return appendJSON(dst, m)
	}
	return append(append(dst, m.Payload...), '\n')
}

// follow looks again and again.
func (r *read) follow(ctx context.Context, w *watch, words io.Writer) error {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	for told := false; ; {
		err := w.look()
		if waits := errors.Is(err, errNoValue) || errors.Is(err, fs.ErrNotExist); err != nil && !waits {
			return err
		} else if waits && !told {
			fmt.Fprintln(words, "there is no value yet; waiting for one")
			told = true
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

var errNoValue = errors.New("nothing has been published yet; mmring write or mmring pub does that")

// watch prints the newest message of the ring that has a name at the moment.
type watch struct {
	path     string
	out      *sink
	consumer *ring.Consumer
	file     os.FileInfo // of the ring that consumer reads
	next     uint64      // the lowest sequence number that is new
}

// look prints the newest message if it is another than at the last look.
func (w *watch) look() error {
	if err := w.open(); err != nil {
		return err
	}
	m, err := w.consumer.Latest()
	if errors.Is(err, ring.ErrEmpty) {
		return errNoValue
	}
	if err != nil || m.Seq < w.next {
		return err
	}
	w.next = m.Seq + 1
	w.out.put(m)
	return w.out.flush()
}

// open opens the ring, or another one that has its name now.
func (w *watch) open() error {
	file, err := os.Stat(w.path)
	if err == nil && w.consumer != nil && os.SameFile(file, w.file) {
		return nil
	}
	w.close()
	if w.consumer, err = openAny(w.path, ring.ConsumerOptions{From: ring.Latest()}, func(o ring.ConsumerOptions) (*ring.Consumer, error) {
		return ring.Open(w.path, o)
	}); err != nil {
		return err
	}
	w.file, w.next = file, 0
	return nil
}

func (w *watch) close() {
	if w.consumer != nil {
		w.consumer.Close()
		w.consumer = nil
	}
}
