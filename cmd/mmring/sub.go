package main

import (
	"context"
	"errors"
	"io"
	"math"
	"syscall"

	"github.com/mmring/mmring/cmd/internal/attach"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/format"
	"github.com/mmring/mmring/cmd/internal/framing"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/tagset"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

With --group it shares the messages with all others of that group: each goes to
one of them. A message counts as done once it has been written to standard
output; what a member that died or was interrupted had not done is given to
another. A group begins where its first member says, and keeps its place when
all have left.

A producer that dies without ending the stream is waited for: the next one goes
on where it stopped.

--filter prints only messages with certain tags: tag=7,10-20 those with 7 and
with 10 to 20, tag=100- those from 100 on. Several filters add up. What is not
printed counts as read.

Values of a typed ring are bytes here: --format '%x\n' or --json shows them.

--format prints messages as a text says, like kcat's -f:

` + format.Help + `

Output to a terminal appears message by message, other output in blocks, but at
once when there is nothing more to read. When nobody reads the output any more,
as in mmring sub numbers | head, it ends with status 0.`

// sub is the command line of mmring sub.
type sub struct {
	path   string
	from   from
	filter tagset.Set
	group  string
	frame  framing.Kind
	format format.Format
	json   bool
	count  uint64
	wait   bool
	quiet  bool
	ring   ring.ConsumerOptions
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
  mmring sub log --filter tag=7,10-20 --format '%o %d %s\n'
  mmring sub orders --name billing --lossless
  mmring sub jobs --group workers`,
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
	f.StringVar(&s.group, "group", "", "share the messages with the others of this `group`: each goes to one of them")
	f.Var(&s.filter, "filter", "print only messages with these tags, such as tag=7,10-20")
	f.Uint64Var(&s.count, "count", math.MaxUint64, "end after this `number` of messages printed")
	f.Lookup("count").DefValue = "no limit"
	f.BoolVar(&s.json, "json", false, jsonHelp)
	f.Var(&s.frame, "frame", frameHelp)
	f.Var(&s.format, "format", `print messages as this text says, such as '%o %t %s\n'; see above`)
	f.BoolVar(&s.wait, "wait", false, "wait for the ring to appear")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "say nothing but errors and losses")
	cmd.RegisterFlagCompletionFunc("name", completeOf(idleConsumers))
	cmd.RegisterFlagCompletionFunc("group", completeOf(groupNames))
	cmd.PreRunE = func(*cobra.Command, []string) error { return s.agree(f) }
}

// agree refuses flags that contradict each other.
func (s *sub) agree(f *pflag.FlagSet) error {
	if err := notEmpty(f, "name", "group"); err != nil {
		return err
	}
	if s.ring.Name != "" && s.group != "" {
		return fail.Usage("--name is a place of one's own and --group one that is shared; choose one")
	}
	return onlyOne(f, "json", "frame", "format")
}

// notEmpty refuses flags that are given nothing, which would be as if they were not there.
func notEmpty(f *pflag.FlagSet, names ...string) error {
	for _, name := range names {
		if flag := f.Lookup(name); flag.Changed && flag.Value.String() == "" {
			return fail.Usage("--%s is given nothing; give it a name, or leave it out", name)
		}
	}
	return nil
}

// onlyOne refuses two of the flags, which are so many ways to print a message.
func onlyOne(f *pflag.FlagSet, ways ...string) error {
	var chosen []string
	for _, way := range ways {
		if f.Changed(way) {
			chosen = append(chosen, "--"+way)
		}
	}
	if len(chosen) > 1 {
		return fail.Usage("%s and %s are two ways to print a message; choose one", chosen[0], chosen[1])
	}
	return nil
}

func (s *sub) run(ctx context.Context, out, words io.Writer) error {
	from, err := s.open(ctx)
	if err != nil {
		return ignoreInterrupt(ctx, fail.At(s.path, err))
	}
	defer from.Close()
	d := &delivery{from: from, out: s.sink(out), left: s.count, words: words, quiet: s.quiet, losses: lossReport{words: words}}
	if s.filter.Given() {
		d.filter = &s.filter
	}
	ctx = whileRead(ctx, out)
	err = untilInterrupted(ctx, nil, func() error { return d.run(ctx) })
	if errors.Is(err, syscall.EPIPE) || context.Cause(ctx) == syscall.EPIPE {
		return nil // whoever read has what they wanted, and wants no figures
	}
	d.summary()
	return fail.At(s.path, err)
}

// open attaches to the ring. A named consumer says itself what it has read, so that a kill loses nothing.
func (s *sub) open(ctx context.Context) (source, error) {
	o := s.ring
	o.From, o.ManualAck, o.RequireProducer = s.from.Start, o.Name != "", true
	open := func() (source, error) {
		c, err := openAny(s.path, o, func(o ring.ConsumerOptions) (*ring.Consumer, error) { return ring.Open(s.path, o) })
		return consumerSource{c, o.Name != ""}, err
	}
	if s.group != "" {
		open = func() (source, error) {
			m, err := ringgroup.Join(s.path, ringgroup.Options{Group: s.group, From: o.From, RequireProducer: true})
			return &memberSource{member: m}, err
		}
	}
	if s.wait {
		return attach.Wait(ctx, open)
	}
	return open()
}

func (s *sub) sink(out io.Writer) *sink {
	switch {
	case s.json:
		return newSink(out, appendJSON)
	case s.format.String() != "":
		return newSink(out, s.format.Append)
	}
	return newSink(out, func(dst []byte, m *ring.Message) []byte { return s.frame.Append(dst, m.Payload) })
}
