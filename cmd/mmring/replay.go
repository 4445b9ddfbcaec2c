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
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/mcap"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

const replayLong = `Publish the messages of FILE, which mmring record made, to the ring NAME, with
their tags and with the time between them that there was when they were
received. Their numbers are those of the new stream.

The ring is made if there is none, as large as the one that was recorded and
with its message type and metadata. If there is one whose producer ended or
died, its stream goes on. The end of the recording ends the stream, and so do an
interrupt (Ctrl-C) and SIGTERM.

A place for --from and --to is a message's number in the recorded stream, a time
since the first message of the file, or a time of reception in RFC 3339. --from
is the first that is published, --to the first that is not. If no message lies
there nothing is done to the ring, and the exit status is 1.

What was in the ring already when the recorder came was received at once: it has
nearly one time, and is published at once. To have the time between messages,
start the recorder first, or with --from latest.

If the file was cut off, because the recorder was killed or is still recording,
what is whole is published, and the exit status is 1. Other MCAP files can be
replayed too: all messages in the order of the file, with the tag 0.`

// replay is the command line of mmring replay.
type replay struct {
	file, path    string
	speed         recording.Speed
	part          recording.Part
	loop, quiet   bool
	capacity      human.Bytes
	waitConsumers uint
	ring          ring.Options
}

func newReplay() *cobra.Command {
	var r replay
	cmd := &cobra.Command{
		Use:   "replay FILE NAME",
		Short: "Publish a recording",
		Long:  replayLong,
		Example: `  mmring replay monday.mcap prices
  mmring replay monday.mcap prices --speed max --wait-consumers 1
  mmring replay monday.mcap prices --from 1h30m --to 2h --speed 10
  mmring replay monday.mcap prices --from seq:1000000
  mmring replay monday.mcap prices --from 2026-05-04T09:00:00Z --loop`,
		Args:              exactly("FILE", "NAME"),
		ValidArgsFunction: completeFileThenRing,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if r.file, err = recordingFile(args[0]); err != nil {
				return err
			}
			if r.path, err = names.Path(args[1]); err != nil {
				return err
			}
			return r.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	r.flags(cmd)
	return cmd
}

func (r *replay) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(&r.speed, "speed", "how fast: 2 is twice as fast as it was recorded, 0.5 half as fast, "+
		"max as fast as consumers permit")
	f.Var(&r.part.From, "from", "where to begin: seq:N, a time since the first message such as 90s, or 2006-01-02T15:04:05Z")
	f.Var(&r.part.To, "to", "where to end, as --from; not included")
	f.BoolVar(&r.loop, "loop", false, "begin again at the end, until interrupted")
	f.UintVar(&r.waitConsumers, "wait-consumers", 0, "publish nothing before this `number` of consumers is attached")
	f.Var(&r.capacity, "capacity", "size of a new ring, such as 64K, 16M or 1GiB (default that of the recorded one)")
	f.BoolVar(&r.ring.Replace, "replace", false, "discard an existing ring of this name, instead of going on with its stream")
	f.DurationVar(&r.ring.StallDeadline, "stall-deadline", 0, "longest `time` that a lossless consumer "+
		"may hold this up before it is made lossy (default for ever)")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "say nothing but errors")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if part := &r.part; !part.From.Precedes(part.To) {
			return fail.Usage("--from %v is not before --to %v: nothing lies between them", &part.From, &part.To)
		}
		return nil
	}
}

func (r *replay) run(ctx context.Context, words io.Writer) error {
	in, err := recording.Open(r.file)
	if err != nil {
		return r.explain(err, nil)
	}
	defer in.Close()
	if err := in.Select(ctx, r.part); err != nil { // before the ring is touched: what it holds may not come again
		return ignoreInterrupt(ctx, r.explain(err, nil))
	}
	producer, err := r.create(in)
	if err != nil {
		return fail.At(r.path, err)
	}
	defer producer.Close()
	line := newStatusLine(words, r.quiet)
	if r.quiet {
		line = newStatusLine(io.Discard, true)
	}
	r.greet(producer, line)
	if err := producer.WaitConsumers(ctx, int(r.waitConsumers)); err != nil {
		return ignoreInterrupt(ctx, fail.At(r.path, err))
	}
	p := newPlayer(producer, r.file, in, line)
	p.part, p.speed, p.loop = r.part, r.speed, r.loop
	err = untilInterrupted(ctx, func() { producer.Close() }, func() error { return p.run(ctx) })
	if err := producer.Close(); err != nil {
		return fail.At(r.path, err)
	}
	p.report()
	return r.explain(err, p)
}

// create makes the ring, or resumes its stream. A new one is as the recorded one was.
func (r *replay) create(in *recording.Reader) (*ring.Producer, error) {
	o, fresh := r.ring, pubCapacity
	o.Capacity, o.Schema = int(r.capacity), in.About.Schema
	if _, err := os.Lstat(r.path); in.Own && (o.Replace || errors.Is(err, fs.ErrNotExist)) {
		o.Alignment, o.MaxConsumers, o.Metadata = in.About.Alignment, in.About.MaxConsumers, in.About.Metadata
		fresh = in.About.Capacity
	}
	return createOrResume(r.path, o, fresh)
}

func (r *replay) greet(producer *ring.Producer, words io.Writer) {
	if next := producer.Stats().NextSeq; next > 0 {
		fmt.Fprintf(words, "resuming the stream at message %d\n", next)
	}
	if r.waitConsumers > 0 {
		fmt.Fprintf(words, "waiting for %s\n", human.Counted(uint64(r.waitConsumers), "consumer"))
	}
}

// explain says of an error whether it is the recording's or the ring's, and what was published in spite of it.
func (r *replay) explain(err error, p *player) error {
	var cut *mcap.CutOffError
	var damage *mcap.DamagedError
	var reading *readError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, mcap.ErrNotMCAP):
		return fmt.Errorf("%s: not a recording; mmring record makes one", r.file)
	case errors.Is(err, fs.ErrNotExist) && p == nil:
		return fmt.Errorf("%s: there is no such file; mmring record makes a recording", r.file)
	case errors.As(err, &cut):
		return fmt.Errorf("%s: %w; its recorder was killed or is still recording, or it was copied in part%s", r.file, cut, p.soFar())
	case errors.As(err, &damage):
		return fmt.Errorf("%s: %w%s; copy it again if there is another", r.file, damage, p.soFar())
	case p == nil || errors.As(err, &reading):
		return aboutFile(r.file, err)
	}
	return fail.At(r.path, err)
}

// until is when the last message that was published had been received.
func until(ns uint64) string { return time.Unix(0, int64(ns)).UTC().Format(time.RFC3339Nano) }
