package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/framing"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// pubCapacity is what a new ring gets unless told otherwise: lines of almost 2 MiB fit.
const pubCapacity = 4 << 20

// frameHelp is what the flag --frame says in pub and sub.
const frameHelp = "what tells messages apart: line and nul, a newline or a zero byte after each; " +
	"len32, a little-endian 32-bit length before each"

// pub is the command line of mmring pub.
type pub struct {
	path          string
	capacity      human.Bytes
	frame         framing.Kind
	tag           uint32
	waitConsumers uint
	quiet         bool
	ring          ring.Options
}

func newPub() *cobra.Command {
	var p pub
	cmd := &cobra.Command{
		Use:   "pub NAME",
		Short: "Publish standard input, one message a line",
		Long: `Publish standard input to the ring NAME, one message a line, without the newline.

The ring is made if there is none. If there is one whose producer ended or died,
its stream goes on after the last message that was published. Lines appear as
soon as they are typed; a fast input is published in batches.

The end of the input ends the stream, and so do an interrupt (Ctrl-C) and
SIGTERM: consumers read on to the end, then end too. The ring stays until mmring
rm removes it.`,
		Example: `  seq 1000000 | mmring pub numbers
  tail -f /var/log/syslog | mmring pub log --capacity 16M
  mmring pub jobs --wait-consumers 3 < jobs.txt
  find . -print0 | mmring pub files --frame nul`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if p.path, err = names.Path(args[0]); err != nil {
				return err
			}
			return p.run(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr())
		},
	}
	p.flags(cmd)
	return cmd
}

func (p *pub) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(&p.capacity, "capacity", "size of a new ring, such as 64K, 16M or 1GiB (default 4 MiB); "+
		"a message takes at most a little under half of it")
	f.Var(&p.frame, "frame", frameHelp)
	f.Uint32Var(&p.tag, "tag", 0, "`number` that travels with each message")
	f.UintVar(&p.waitConsumers, "wait-consumers", 0, "publish nothing before this `number` of consumers is attached")
	f.BoolVar(&p.ring.Replace, "replace", false, "discard an existing ring of this name, instead of going on with its stream")
	f.DurationVar(&p.ring.StallDeadline, "stall-deadline", 0, "longest `time` that a lossless consumer "+
		"may hold this up before it is made lossy (default for ever)")
	f.IntVar(&p.ring.Alignment, "alignment", 0, fmt.Sprintf("`bytes` to which messages in a new ring are aligned, "+
		"8 to 256: small packs them, large keeps them apart (default %d)", ring.DefaultAlignment))
	f.IntVar(&p.ring.MaxConsumers, "max-consumers", 0, "`number` of consumers that a new ring has room for (default 64)")
	f.BoolVarP(&p.quiet, "quiet", "q", false, "say nothing but errors")
}

func (p *pub) run(ctx context.Context, in io.Reader, words io.Writer) error {
	p.ring.Capacity = int(p.capacity)
	producer, err := createOrResume(p.path, p.ring, pubCapacity)
	if err != nil {
		return fail.At(p.path, err)
	}
	defer producer.Close()
	if p.quiet {
		words = io.Discard
	}
	p.greet(producer, in, words)
	if err := producer.WaitConsumers(ctx, int(p.waitConsumers)); err != nil {
		return ignoreInterrupt(ctx, err)
	}
	pump := newPump(producer, in, p.frame, p.tag)
	err = untilInterrupted(ctx, func() { producer.Close() }, pump.run)
	if err := producer.Close(); err != nil {
		return fail.At(p.path, err)
	}
	pump.report(words)
	return p.explain(err)
}

// greet says what a person may want to know before anything happens.
func (p *pub) greet(producer *ring.Producer, in io.Reader, words io.Writer) {
	if next := producer.Stats().NextSeq; next > 0 {
		fmt.Fprintf(words, "resuming the stream at message %d\n", next)
	}
	if p.waitConsumers > 0 {
		fmt.Fprintf(words, "waiting for %s\n", human.Counted(uint64(p.waitConsumers), "consumer"))
	}
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintln(words, "type messages, one a line; Ctrl-D ends the stream")
	}
}

// explain adds to a failure of the input what to do about it.
func (p *pub) explain(err error) error {
	var tooLong *framing.TooLongError
	switch {
	case errors.As(err, &tooLong):
		return fmt.Errorf("%w, the most that fits into %s; everything before it was published: "+
			"make a larger ring (--replace --capacity), or split the %s", err, p.path, tooLong.Unit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w; everything before it was published", err)
	}
	return fail.At(p.path, err)
}
