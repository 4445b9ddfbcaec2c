package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringslog"
)

// atOnce is how many records are written before they are acknowledged, if so many are there.
const atOnce = 1000

// shipper moves records from a ring to a file.
type shipper struct {
	consumer *ring.Consumer
	file     *bufio.Writer
	pause    time.Duration // for each record, as a slow disk makes
	pending  int           // records written and not acknowledged
	errors   int           // records of that level
}

// ship writes the log beside the ring until the stream ends.
func (s settings) ship(out io.Writer) error {
	// With a name a shipper that is killed is followed by one that goes on after the last record acknowledged.
	consumer, err := ring.Open(s.shipper, ring.ConsumerOptions{Lossless: !s.lossy, Name: "shipper", ManualAck: true})
	if err != nil {
		return err
	}
	defer consumer.Close()
	file, err := os.OpenFile(s.shipper+".txt", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	sh := &shipper{consumer: consumer, file: bufio.NewWriter(file), pause: s.slow}
	for err == nil {
		err = sh.one(out)
	}
	if err != io.EOF {
		return err
	}
	stats := consumer.Stats()
	fmt.Fprintf(out, "shipper: wrote %d records, %d of them errors; %d were lost\n", stats.Received, sh.errors, stats.Lost)
	return sh.settle()
}

// one ships one record. Before it waits for one it settles: what is here does not wait with it.
func (sh *shipper) one(out io.Writer) error {
	m, err := sh.consumer.TryNext()
	if errors.Is(err, ring.ErrEmpty) {
		if err := sh.settle(); err != nil {
			return err
		}
		m, err = sh.consumer.Next(context.Background())
	}
	var lapped *ring.LappedError
	if errors.As(err, &lapped) {
		if lapped.Demoted {
			fmt.Fprintln(out, "shipper: made lossy: it held the log up for too long")
		}
		_, err = fmt.Fprintf(sh.file, "level=WARN msg=\"log records lost on the way\" lost=%d\n", lapped.Lost)
		return err
	}
	if err != nil {
		return err
	}
	if ringslog.Level(m) >= slog.LevelError { // the tag says it: nothing is parsed
		sh.errors++
	}
	sh.file.Write(m.Payload) // its error comes with the flush
	sh.file.WriteByte('\n')
	if sh.pending++; sh.pending < atOnce {
		return nil
	}
	return sh.settle()
}

// settle acknowledges what is in the file. A kill in between repeats records, and loses none.
func (sh *shipper) settle() error {
	if err := sh.file.Flush(); err != nil {
		return err
	}
	time.Sleep(time.Duration(sh.pending) * sh.pause)
	sh.pending = 0
	return sh.consumer.Ack()
}
