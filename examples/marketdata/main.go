// Marketdata fans quotes out from one process to two others: one keeps up, the other is slow on purpose. The slow one loses quotes, is told
// exactly how many, and slows nobody down.
//
//	go run ./examples/marketdata
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/ring"
)

// Quote goes through the ring as it lies in memory. It has no pointers, and so no string: the symbol is an array.
type Quote struct {
	Symbol   [8]byte
	Bid, Ask int64 // hundredths of a cent
}

func main() {
	log.SetFlags(0)
	quotes := flag.Int("quotes", 1_000_000, "how many quotes to publish")
	flag.Parse()
	var err error
	switch flag.Arg(0) {
	case "":
		err = feed(*quotes, os.Stdout)
	case "fast":
		err = read(flag.Arg(1), ring.ConsumerOptions{Lossless: true}, 0)
	case "slow":
		err = read(flag.Arg(1), ring.ConsumerOptions{}, 10*time.Millisecond)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// feed starts the consumers, waits until they are there, and publishes.
func feed(quotes int, out *os.File) error {
	dir, err := os.MkdirTemp("/dev/shm", "marketdata-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "quotes")
	// A lossless consumer that stands still for a second becomes lossy: a feed must not wait for ever.
	producer, err := ring.CreateOf[Quote](path, ring.Options{Alignment: 32, StallDeadline: time.Second})
	if err != nil {
		return err
	}
	defer producer.Close()

	consumers, err := startConsumers(path, out)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := producer.WaitConsumers(ctx, len(consumers)); err != nil {
		return err
	}

	began := time.Now()
	if err := publish(producer, quotes); err != nil {
		return err
	}
	took := time.Since(began)
	err = producer.Close() // the end of the stream: consumers read on to it
	for _, c := range consumers {
		err = errors.Join(err, c.Wait())
	}
	fmt.Fprintf(out, "feed: %d quotes in %v\n", quotes, took.Round(time.Millisecond))
	return err
}

// startConsumers starts this program twice more, as consumers.
func startConsumers(path string, out *os.File) (consumers []*exec.Cmd, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for _, pace := range []string{"fast", "slow"} {
		c := exec.Command(self, pace, path)
		c.Stdout, c.Stderr = out, os.Stderr
		if err := c.Start(); err != nil {
			return nil, err
		}
		consumers = append(consumers, c)
	}
	return consumers, nil
}

// publish is the feed's hot loop.
func publish(producer *ring.ProducerOf[Quote], quotes int) error {
	q := Quote{Symbol: [8]byte{'A', 'C', 'M', 'E'}}
	for i := range quotes {
		q.Bid = 1_000_000 + int64(i%100)
		q.Ask = q.Bid + 5
		if err := producer.Publish(0, q); err != nil {
			return err
		}
	}
	return nil
}

// read takes quotes until the end, thinking about every hundredth for as long as told.
func read(path string, options ring.ConsumerOptions, think time.Duration) error {
	consumer, err := ring.OpenOf[Quote](path, options)
	if err != nil {
		return err
	}
	defer consumer.Close()
	var best int64
	for quote, err := range consumer.All(context.Background()) {
		var lapped *ring.LappedError
		if errors.As(err, &lapped) {
			continue // counted in Stats
		}
		if err != nil {
			return err
		}
		best = max(best, quote.Value.Bid)
		if quote.Seq%100 == 0 {
			time.Sleep(think)
		}
	}
	s := consumer.Stats()
	fmt.Printf("%s: received %d, lost %d, best bid %d\n", flag.Arg(0), s.Received, s.Lost, best)
	return nil
}
