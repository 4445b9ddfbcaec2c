package main

import (
	"context"
	"errors"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

const (
	// writeCapacity is what a ring made by write gets: it is for values, not for a flood of messages.
	writeCapacity = 64 << 10
	// writeTurn is how long to wait for another write to be done.
	writeTurn = time.Second
)

func newWrite() *cobra.Command {
	var tag uint32
	cmd := &cobra.Command{
		Use:   "write NAME TEXT",
		Short: "Publish one value, which read shows",
		Long: `Publish TEXT as the newest message of the ring NAME. A small ring is made if there
is none.

The stream is not ended: mmring sub NAME follows from one write to the next, and
mmring read NAME shows the newest value at any time.`,
		Example: `  mmring write temperature 21.5
  mmring read temperature`,
		Args:              exactly("NAME", "TEXT"),
		ValidArgsFunction: completeRing,
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := names.Path(args[0])
			if err != nil {
				return err
			}
			return fail.At(path, write(cmd.Context(), path, tag, args[1]))
		},
	}
	cmd.Flags().Uint32Var(&tag, "tag", 0, "`number` that travels with the message")
	return cmd
}

// write publishes one message and leaves the producer open: closing it would end the stream, the end of the process does not.
func write(ctx context.Context, path string, tag uint32, text string) error {
	producer, err := takeTurn(ctx, path, max(writeCapacity, 4*len(text)))
	if err != nil {
		return err
	}
	return producer.PublishContext(ctx, tag, []byte(text))
}

// takeTurn becomes the ring's producer, after another write if need be.
func takeTurn(ctx context.Context, path string, capacity int) (*ring.Producer, error) {
	for began := time.Now(); ; {
		producer, err := createOrResume(path, ring.Options{}, capacity)
		if !errors.Is(err, ring.ErrProducerActive) || time.Since(began) > writeTurn {
			return producer, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}
