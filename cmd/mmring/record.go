package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/mcap"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

const recordLong = `Record the messages of the ring NAME to FILE, until the end of the stream or an
interrupt (Ctrl-C). FILE is in MCAP, an open format that many tools read; mmring
replay publishes it again. docs/operating says what is in it.

The producer waits for the recording if need be, so that nothing is missing.
With --lossy it never does: what is overwritten too soon is lost, which is said
on standard error and in the file. Losses do not change the exit status.

The time of a message is when it was received: a ring carries no other. Messages
that are there at once, up to 32 of them, have the same time.

The file is written in chunks of about 1 MiB, after a second at the latest. If
this process is killed all chunks before are readable. With --sync they are also
after a crash of the machine.

With --name it leaves its place in the ring when it ends or dies: the next of
that name goes on there, in another file, whatever --from says. Only what was
written to the file counts as read: after a kill none is missing, and up to a
chunk of messages may be in both files. What the producer overwrote meanwhile is
reported as lost.

A FILE that is there is kept. --force replaces it if it is a recording. A full
disk ends the recording with exit status 1; what was written before is kept.`

// record is the command line of mmring record.
type record struct {
	path, file  string
	from        from
	name        string
	lossy       bool
	count       uint64
	duration    time.Duration
	force, wait bool
	quiet       bool
	options     recording.Options
}

func newRecord() *cobra.Command {
	r := record{options: recording.Options{Compression: mcap.Zstd}}
	cmd := &cobra.Command{
		Use:   "record NAME FILE",
		Short: "Record a ring's messages to a file",
		Long:  recordLong,
		Example: `  mmring record prices monday.mcap --wait
  mmring record prices sample.mcap --from latest --duration 10s
  mmring record prices archive.mcap --name archive --sync
  mmring record events events.mcap --encoding json --lossy`,
		Args:              exactly("NAME", "FILE"),
		ValidArgsFunction: completeRingThenFile,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if r.path, err = names.Path(args[0]); err != nil {
				return err
			}
			if r.file, err = recordingFile(args[1]); err != nil {
				return err
			}
			return r.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	r.flags(cmd)
	return cmd
}

func (r *record) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(&r.from, "from", "where to begin: oldest still in the ring, latest, "+
		"seq:N for number N, or last:K for K before the end")
	f.BoolVar(&r.lossy, "lossy", false, "never make the producer wait, and lose messages instead")
	f.StringVar(&r.name, "name", "", "go on where the last consumer of this `name` stopped")
	cmd.RegisterFlagCompletionFunc("name", completeOf(idleConsumers))
	f.Uint64Var(&r.count, "count", math.MaxUint64, "end after this `number` of messages")
	f.Lookup("count").DefValue = "no limit"
	f.DurationVar(&r.duration, "duration", 0, "end after this `time` (default no limit)")
	f.Var(&r.options.Compression, "compression", "of the chunks: zstd, lz4 or none")
	f.StringVar(&r.options.Encoding, "encoding", "", "`kind` of the payloads, for other readers of the file: json, protobuf, cbor ...")
	f.BoolVar(&r.options.Sync, "sync", false, "have each chunk on the disk before it counts as written")
	f.BoolVar(&r.force, "force", false, "replace FILE if it is a recording")
	f.BoolVar(&r.wait, "wait", false, "wait for the ring to appear")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "say nothing but errors and losses")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if r.duration < 0 || r.duration == 0 && f.Changed("duration") {
			return fail.Usage("--duration %v is no time to record for; use one such as 10s", r.duration)
		}
		return notEmpty(f, "name")
	}
}

func (r *record) run(ctx context.Context, words io.Writer) error {
	if err := recording.Vacant(r.file, r.force); err != nil {
		return aboutFile(r.file, err)
	}
	consumer, s, err := r.open(ctx)
	if err != nil {
		return ignoreInterrupt(ctx, r.advise(err))
	}
	defer consumer.Close()
	clock := newClock()
	about := recording.Of(s, consumer.Stats().NextSeq, !r.lossy, clock.began)
	out, err := r.create(about)
	if err != nil {
		return aboutFile(r.file, err)
	}
	recorder := newRecorder(consumer, out, clock, newStatusLine(words, r.quiet))
	recorder.left, recorder.quiet = r.count, r.quiet
	if r.name != "" {
		recorder.holdAtMost(s)
	}
	return r.finish(recorder, r.fill(ctx, recorder))
}

// recordingFile is the file of a recording that the command line names.
func recordingFile(name string) (string, error) {
	switch name {
	case "":
		return "", fail.Usage("FILE is empty; use a name such as monday.mcap")
	case "-":
		return "", fail.Usage("a recording is a file, and no stream; use a name such as monday.mcap, or ./- for a file called -")
	}
	return name, nil
}

// open attaches to the ring, whatever type its messages are of. A named consumer says itself what it has recorded.
func (r *record) open(ctx context.Context) (*ring.Consumer, *ring.Snapshot, error) {
	o := ring.ConsumerOptions{From: r.from.Start, Lossless: !r.lossy, Name: r.name, ManualAck: r.name != "", RequireProducer: true}
	c, err := openAny(r.path, o, func(o ring.ConsumerOptions) (*ring.Consumer, error) {
		if r.wait {
			return ring.OpenContext(ctx, r.path, o)
		}
		return ring.Open(r.path, o)
	})
	s, failed := snapshot(r.path)
	if err == nil && failed != nil {
		c.Close()
		err = failed
	}
	return c, &s, err
}

// advise adds to an error of the ring what to do about it.
func (r *record) advise(err error) error {
	if errors.Is(err, ring.ErrHeadsReadOnly) {
		return fmt.Errorf("%s: %v; record as the user who made the ring, or with --lossy and without --name", r.path, ring.ErrHeadsReadOnly)
	}
	return fail.At(r.path, err)
}

func (r *record) create(about recording.About) (*recording.Writer, error) {
	file, err := recording.Create(r.file, r.force)
	if err != nil {
		return nil, err
	}
	out, err := recording.NewWriter(file, about, r.options)
	if err != nil {
		file.Close()
	}
	return out, err
}

// fill runs the recorder for as long as it is to run.
func (r *record) fill(ctx context.Context, to *recorder) error {
	if r.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.duration)
		defer cancel()
	}
	return to.run(ctx)
}

// finish ends the file, whatever the recorder ended with, and says what is in it.
func (r *record) finish(from *recorder, ended error) error {
	reason, failed := judge(ended)
	written := from.close(reason)
	kept := from.out.Kept()
	if written != nil {
		return fmt.Errorf("%s: %w; %s", r.file, plain(written), keptText(kept))
	}
	if !r.quiet {
		fmt.Fprintf(from.line, "recorded %s, lost %s, %s in %s\n",
			human.Counted(kept.Messages, "message"), human.Count(kept.Lost), human.Counted(kept.Bytes, "byte"), r.file)
	}
	return fail.At(r.path, failed)
}
