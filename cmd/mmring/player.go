package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/ring"
)

// playBatch is how many bytes are published at once, at most, while messages are due faster than they are published.
const playBatch = 64 << 10

// player moves a recording's messages into a ring.
type player struct {
	producer *ring.Producer
	file     string
	in       *recording.Reader
	line     *statusLine

	part  recording.Part
	speed recording.Speed
	loop  bool

	pace    *recording.Pace
	began   time.Time
	waiting int // bytes appended and not yet published

	appended, bytes uint64
	last            recording.Message // that was appended, without its payload
	published       atomic.Pointer[played]
}

// played is what was published. It may be read while run is stuck.
type played struct {
	messages, bytes, missing uint64
	last                     recording.Message
}

func newPlayer(producer *ring.Producer, file string, in *recording.Reader, line *statusLine) *player {
	p := &player{producer: producer, file: file, in: in, line: line, began: time.Now()}
	p.published.Store(&played{})
	return p
}

// readError is an error of the recording's file, and not of the ring.
type readError struct{ error }

func (e *readError) Unwrap() error { return e.error }

// run publishes until the end of the recording, of the part that is wanted, or ctx; with loop again and again.
func (p *player) run(ctx context.Context) error {
	for {
		err := p.play(ctx)
		if failed := p.flush(); failed != nil && err == nil {
			err = failed
		}
		if errors.Is(err, ring.ErrClosed) { // by an interrupt
			return nil
		}
		if err != nil || !p.loop || p.appended == 0 {
			return err
		}
		if err := p.rewind(ctx); err != nil {
			return err
		}
	}
}

// rewind begins the part that is wanted again.
func (p *player) rewind(ctx context.Context) error {
	in, err := recording.Open(p.file)
	if err != nil {
		return &readError{err}
	}
	p.in.Close()
	p.in = in
	if err := in.Select(ctx, p.part); err != nil && ctx.Err() == nil {
		return &readError{err}
	}
	return ctx.Err()
}

// play publishes the part that is wanted once.
func (p *player) play(ctx context.Context) error {
	p.pace = recording.NewPace(p.speed)
	for {
		m, err := p.in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &readError{err}
		}
		if err := p.publish(ctx, m); err != nil {
			return err
		}
	}
}

// publish publishes a message when it is due. Those that are due already are published together.
func (p *player) publish(ctx context.Context, m *recording.Message) error {
	if due := p.pace.Due(m.Time); time.Until(due) > 0 {
		if err := p.flush(); err != nil {
			return err
		}
		if err := recording.Await(ctx, due); err != nil {
			return err
		}
	}
	if err := p.producer.Append(m.Tag, m.Payload); err != nil {
		if errors.Is(err, ring.ErrTooLarge) {
			return fmt.Errorf("message %d of the recording has %d bytes, and at most %d fit; make a larger ring: --replace --capacity",
				m.Seq, len(m.Payload), p.producer.MaxMessage())
		}
		return err
	}
	p.appended++
	p.bytes += uint64(len(m.Payload))
	p.last = recording.Message{Seq: m.Seq, Tag: m.Tag, Time: m.Time}
	if p.waiting += len(m.Payload) + recordHeader; p.waiting >= playBatch {
		return p.flush()
	}
	return nil
}

// flush publishes what was appended.
func (p *player) flush() error {
	if p.waiting == 0 {
		return nil
	}
	p.waiting = 0
	err := p.producer.Flush()
	if err == nil {
		p.published.Store(&played{p.appended, p.bytes, p.in.Missing, p.last})
	}
	p.line.update(p.status)
	return err
}

func (p *player) status() string {
	return fmt.Sprintf("%s   published %s, %s", human.Age(time.Since(p.began)), human.Counted(p.appended, "message"), until(p.last.Time))
}

// report says what was published.
func (p *player) report() {
	p.line.clear()
	done, seconds := p.published.Load(), time.Since(p.began).Seconds()
	fmt.Fprintf(p.line, "published %s, %s, in %.2f s (%s)\n", human.Counted(done.messages, "message"), human.Counted(done.bytes, "byte"),
		seconds, human.Rate(float64(done.messages)/seconds))
	if done.missing > 0 {
		fmt.Fprintf(p.line, "%s more were lost before they were recorded\n", human.Counted(done.missing, "message"))
	}
}

// soFar says how far the recording was published.
func (p *player) soFar() string {
	if p == nil || p.published.Load().messages == 0 {
		return "; no message of it was published"
	}
	done := p.published.Load()
	return fmt.Sprintf("; %s up to number %d, received at %s, were published",
		human.Counted(done.messages, "message"), done.last.Seq, until(done.last.Time))
}
