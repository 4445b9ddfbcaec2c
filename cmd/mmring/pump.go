package main

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/mmring/mmring/cmd/internal/framing"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/ring"
)

// pump moves messages from an input into a ring.
type pump struct {
	in       *framing.Reader
	producer *ring.Producer
	tag      uint32
	began    time.Time

	messages, bytes                   uint64
	publishedMessages, publishedBytes atomic.Uint64 // may be read while run is stuck in a read
}

func newPump(producer *ring.Producer, in io.Reader, frame framing.Kind, tag uint32) *pump {
	p := &pump{producer: producer, tag: tag, began: time.Now()}
	p.in = framing.NewReader(in, frame, producer.MaxMessage(), p.flush)
	return p
}

// run publishes until the input ends or the producer is closed. Messages are published in batches, one for each piece of
// input that is there at once.
func (p *pump) run() error {
	defer p.note()
	for {
		message, err := p.in.Next()
		if err != nil {
			if failed := p.flush(); failed != nil {
				err = failed
			}
			return ignoreEnd(err)
		}
		if err := p.producer.Append(p.tag, message); err != nil {
			return ignoreEnd(err)
		}
		p.messages++
		p.bytes += uint64(len(message))
	}
}

// flush publishes the batch: the next message may take any time to come.
func (p *pump) flush() error {
	err := p.producer.Flush()
	p.note()
	return err
}

// note makes the counts known to report.
func (p *pump) note() {
	p.publishedMessages.Store(p.messages)
	p.publishedBytes.Store(p.bytes)
}

// report says what was published. The producer is closed, which published what was left.
func (p *pump) report(words io.Writer) {
	messages, bytes, seconds := p.publishedMessages.Load(), p.publishedBytes.Load(), time.Since(p.began).Seconds()
	fmt.Fprintf(words, "published %s, %s, in %.2f s (%s, %s MB/s)\n", human.Counted(messages, "message"), human.Counted(bytes, "byte"),
		seconds, human.Rate(float64(messages)/seconds), human.Short(float64(bytes)/seconds/1e6))
}

// ignoreEnd makes no error of the end of the input, and of an interrupt, which closes the producer.
func ignoreEnd(err error) error {
	if err == io.EOF || errors.Is(err, ring.ErrClosed) {
		return nil
	}
	return err
}
