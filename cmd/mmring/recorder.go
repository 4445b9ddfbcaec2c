package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/ring"
)

const (
	// batch is how many messages are taken at once, at most, with one look at the clock.
	batch = 32
	// chunkAge is how long a message may wait to be written.
	chunkAge = time.Second
	// recordHeader is what a message takes in the ring besides its payload and padding, in bytes.
	recordHeader = 16
)

// recorder moves a consumer's messages into a recording.
type recorder struct {
	consumer *ring.Consumer
	out      *recording.Writer
	clock    clock
	left     uint64 // messages still wanted
	line     *statusLine
	quiet    bool
	losses   lossReport
	orphaned bool // the producer is gone, and this was said

	at      uint64 // when the present batch was received; 0: it is not known yet
	flushAt uint64 // when what waits in the chunk must be written

	named            bool // acknowledge what was written
	held, mostHeld   int  // bytes of the ring not acknowledged
	alignment        int
	recorded, volume uint64 // messages and bytes of payload, for the status line
}

func newRecorder(consumer *ring.Consumer, out *recording.Writer, clock clock, line *statusLine) *recorder {
	return &recorder{consumer: consumer, out: out, clock: clock, line: line, losses: lossReport{words: line}}
}

// holdAtMost has the recorder acknowledge what it has written, and write before a quarter of the ring waits for that.
func (r *recorder) holdAtMost(s *ring.Snapshot) {
	r.named, r.mostHeld, r.alignment = true, s.Capacity/4, s.Alignment
}

// run records until the stream ends (io.EOF), enough is recorded (nil), ctx is done or something fails.
func (r *recorder) run(ctx context.Context) error {
	for r.left > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.at = 0
		_, err := r.consumer.Poll(int(min(batch, r.left)), r.keep)
		if err == ring.ErrEmpty {
			err = r.await(ctx)
		}
		if err = r.bear(err); err != nil {
			return err
		}
		if r.due() {
			if err := r.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// errFull ends a batch early: the chunk has enough.
var errFull = errors.New("the chunk is full")

// keep records a message.
func (r *recorder) keep(m *ring.Message) error {
	if r.at == 0 {
		r.at = r.clock.now()
	}
	if !r.out.Pending() {
		r.flushAt = r.at + uint64(chunkAge)
	}
	r.out.Add(m, r.at)
	r.left--
	r.recorded++
	r.volume += uint64(len(m.Payload))
	if r.named {
		r.held += (len(m.Payload) + recordHeader + r.alignment - 1) &^ (r.alignment - 1)
	}
	if r.full() {
		return errFull
	}
	return nil
}

// full reports whether what waits should be written at once.
func (r *recorder) full() bool { return r.out.Full() || r.named && r.held >= r.mostHeld }

// due reports whether it is time to write what waits.
func (r *recorder) due() bool { return r.full() || r.out.Pending() && r.at >= r.flushAt }

// await waits for a message, but no longer than what is here already may wait.
func (r *recorder) await(ctx context.Context) error {
	r.losses.flush()
	wait := ctx
	if r.out.Pending() {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(ctx, time.Duration(r.flushAt-min(r.clock.now(), r.flushAt)))
		defer cancel()
	}
	m, err := r.consumer.Next(wait)
	if err == nil {
		return r.keep(m)
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return r.flush()
	}
	return err
}

// flush has what waits written. A named consumer then acknowledges it: a kill in between repeats it and loses nothing.
func (r *recorder) flush() error {
	r.line.update(r.status)
	if !r.named {
		return r.out.Flush()
	}
	if err := r.out.Settle(); err != nil {
		return err
	}
	r.held = 0
	return r.consumer.Ack()
}

// close writes what waits, ends the file, and acknowledges the rest.
func (r *recorder) close(reason string) error {
	r.losses.flush()
	r.line.clear()
	if err := r.out.Close(reason); err != nil || !r.named {
		return err
	}
	r.consumer.Ack() // if the ring fails now it does not matter: the next of this name records some messages again
	return nil
}

// bear tells of what is no reason to stop, and returns what is.
func (r *recorder) bear(err error) error {
	var lapped *ring.LappedError
	switch {
	case err == nil || err == errFull:
		return nil
	case errors.As(err, &lapped):
		if !r.out.Pending() {
			r.flushAt = r.clock.now() + uint64(chunkAge)
		}
		r.losses.add(lapped)
		return r.out.Lose(lapped)
	case errors.Is(err, ring.ErrNoProducer):
		if !r.orphaned && !r.quiet {
			fmt.Fprintln(r.line, "the producer is gone without ending the stream; waiting for the next one")
		}
		r.orphaned = true
		return nil
	}
	return err
}

func (r *recorder) status() string {
	seconds := time.Since(r.clock.began).Seconds()
	return fmt.Sprintf("%.0f s   recorded %s, %s MB   %s   lost %s", seconds, human.Counted(r.recorded, "message"),
		human.Short(float64(r.volume)/1e6), human.Rate(float64(r.recorded)/seconds), human.Count(r.out.Kept().Lost))
}

// clock tells the time of day, but never goes back: what the system's clock is set to meanwhile is ignored.
type clock struct{ began time.Time }

func newClock() clock { return clock{time.Now()} }

// now is the time in nanoseconds since 1970.
func (c clock) now() uint64 { return uint64(c.began.UnixNano()) + uint64(time.Since(c.began)) }
