package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/tagset"
	"github.com/mmring/mmring/ring"
)

// delivery moves a consumer's messages to an output.
type delivery struct {
	consumer *ring.Consumer
	out      *sink
	filter   *tagset.Set // nil: every message is wanted
	left     uint64      // messages still wanted
	named    bool        // acknowledge what was written
	words    io.Writer
	quiet    bool
	losses   lossReport
	orphaned bool          // the producer is gone, and this was said
	withheld atomic.Uint64 // messages the filter did not let through
}

// run delivers until the stream ends, enough messages are delivered, or ctx is done. What was received is written in any case.
func (d *delivery) run(ctx context.Context) error {
	err := d.deliver(ctx)
	d.losses.flush()
	if settled := d.settle(); settled != nil || err == io.EOF {
		return settled
	}
	return err
}

func (d *delivery) deliver(ctx context.Context) error {
	for d.left > 0 {
		m, err := d.next(ctx)
		if err != nil {
			if err = d.bear(err); err != nil {
				return err
			}
			continue
		}
		if full := d.take(m); !full {
			continue
		}
		if err := d.settle(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// take prints a message if it is wanted, and reports whether it is time to settle.
func (d *delivery) take(m *ring.Message) (full bool) {
	if d.filter != nil && !d.filter.Has(m.Tag) {
		d.withheld.Add(1)
		return d.out.skip(m)
	}
	d.left--
	return d.out.put(m)
}

// next returns the next message. If it has to wait for one, nothing that is here already waits with it.
func (d *delivery) next(ctx context.Context) (*ring.Message, error) {
	m, err := d.consumer.TryNext()
	if err != ring.ErrEmpty {
		return m, err
	}
	d.losses.flush()
	if err := d.settle(); err != nil {
		return nil, err
	}
	return d.consumer.Next(ctx)
}

// settle writes what was received, and only then acknowledges it: a kill in between repeats it and loses nothing.
func (d *delivery) settle() error {
	if err := d.out.flush(); err != nil || !d.named {
		return err
	}
	return d.consumer.Ack()
}

// bear tells of what is no reason to stop, and returns what is.
func (d *delivery) bear(err error) error {
	var lapped *ring.LappedError
	switch {
	case errors.As(err, &lapped):
		d.losses.add(lapped)
	case errors.Is(err, ring.ErrNoProducer):
		if !d.orphaned && !d.quiet {
			fmt.Fprintln(d.words, "the producer is gone without ending the stream; waiting for the next one")
		}
		d.orphaned = true
	default:
		return err
	}
	return nil
}

// summary says what was received and lost in all. It may be called while run is stuck.
func (d *delivery) summary() {
	if d.quiet {
		return
	}
	stats, printed := d.consumer.Stats(), ""
	if d.filter != nil {
		printed = fmt.Sprintf(", printed %s", human.Count(stats.Received-min(d.withheld.Load(), stats.Received)))
	}
	fmt.Fprintf(d.words, "received %s%s, lost %s\n", human.Counted(stats.Received, "message"), printed, human.Count(stats.Lost))
}
