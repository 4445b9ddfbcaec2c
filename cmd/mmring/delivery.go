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

// delivery moves messages to an output.
type delivery struct {
	from     source
	out      *sink
	filter   *tagset.Set // nil: every message is wanted
	left     uint64      // messages still wanted
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
	m, err := d.from.TryNext()
	if err != ring.ErrEmpty {
		return m, err
	}
	d.losses.flush()
	if err := d.settle(); err != nil {
		return nil, err
	}
	return d.from.Next(ctx)
}

// settle writes what was received, and only then acknowledges it: a kill in between repeats it and loses nothing.
func (d *delivery) settle() error {
	if err := d.out.flush(); err != nil {
		return err
	}
	return d.from.Ack()
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
	c, text := d.from.counts(), ""
	if c.shared {
		text = fmt.Sprintf(", of which %s had been given to others before", human.Count(c.again))
	}
	if d.filter != nil {
		text += fmt.Sprintf(", printed %s", human.Count(c.received-min(d.withheld.Load(), c.received)))
	}
	fmt.Fprintf(d.words, "received %s%s, lost %s\n", human.Counted(c.received, "message"), text, human.Count(c.lost))
}
