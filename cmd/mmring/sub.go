package main

import (
	"context"
	"io"
	"math"

	"github.com/mmring/mmring/cmd/internal/attach"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/framing"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

const subLong = `Print the messages of the ring NAME, one a line, until the end of the stream.

Without --lossless it never slows the producer down: if it is too slow, messages
are overwritten before it has read them, and it says on standard error exactly
how many. With --lossless the producer waits for it.

With --name it leaves its place in the ring when it ends or dies: the next of
that name goes on there, whatever --from says. A message counts as read once it
has been written to standard output; after a kill, what was written but not yet
counted is printed again: at most 64 KiB of output, or one message. What the
producer overwrote meanwhile is reported as lost.

A producer that dies without ending the stream is waited for: the next one goes
on where it stopped.`

// sub is the command line of mmring sub.
type sub struct {
	path  string
	from  from
	frame framing.Kind
	json  bool
	count uint64
	wait  bool
	quiet bool
	ring  ring.ConsumerOptions
}

func newSub() *cobra.Command {
	var s sub
	cmd := &cobra.Command{
		Use:   "sub NAME",
		Short: "Print a ring's messages, one a line",
		Long:  subLong,
		Example: `  mmring sub numbers
  mmring sub numbers --wait --lossless > copy.txt
  mmring sub log --from last:10 --json | jq -r .payload
  mmring sub jobs --name billing --lossless`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if s.path, err = names.Path(args[0]); err != nil {
				return err
			}
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	s.flags(cmd)
	return cmd
}

func (s *sub) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(&s.from, "from", "where to begin: oldest still in the ring, latest, "+
		"seq:N for number N, or last:K for K before the end")
	f.BoolVar(&s.ring.Lossless, "lossless", false, "make the producer wait for this consumer, instead of losing messages")
	f.StringVar(&s.ring.Name, "name", "", "go on where the last consumer of this `name` stopped")
	f.Uint64Var(&s.count, "count", math.MaxUint64, "end after this `number` of messages")
	f.Lookup("count").DefValue = "no limit"
	f.BoolVar(&s.json, "json", false, jsonHelp)
	f.Var(&s.frame, "frame", frameHelp)
	f.BoolVar(&s.wait, "wait", false, "wait for the ring to appear")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "say nothing but errors and losses")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if s.json && f.Changed("frame") {
			return fail.Usage("--json and --frame are two ways to print a message; choose one")
		}
		return nil
	}
}

func (s *sub) run(ctx context.Context, out, words io.Writer) error {
	consumer, err := s.open(ctx)
	if err != nil {
		return ignoreInterrupt(ctx, fail.At(s.path, err))
	}
	defer consumer.Close()
	d := &delivery{consumer: consumer, out: s.sink(out), left: s.count, named: s.ring.Name != "",
		words: words, quiet: s.quiet, losses: lossReport{words: words}}
	err = untilInterrupted(ctx, nil, func() error { return d.run(ctx) })
	d.summary()
	return fail.At(s.path, err)
}

// open attaches to the ring. A named consumer says itself what it has read, so that a kill loses nothing.
func (s *sub) open(ctx context.Context) (*ring.Consumer, error) {
	o := s.ring
	o.From, o.ManualAck, o.RequireProducer = s.from.Start, o.Name != "", true
	if s.wait {
		return attach.Open(ctx, s.path, o)
	}
	return ring.Open(s.path, o)
}

func (s *sub) sink(out io.Writer) *sink {
	if s.json {
		return newSink(out, appendJSON)
	}
	return newSink(out, func(dst []byte, m *ring.Message) []byte { return s.frame.Append(dst, m.Payload) })
}
