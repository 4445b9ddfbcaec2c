// Logs is an application that logs at full speed and never waits for its log, and a second process that ships the log to a file. What is
// lost on the way is counted, and told.
//
//	go run ./examples/logs                       the shipper keeps up: nothing is lost
//	go run ./examples/logs -slow 20us            it does not: the application drops records rather than wait
//	go run ./examples/logs -slow 20us -lossy     it does not: the shipper misses records, the application drops none
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringslog"
)

// settings are the command line, which both processes have.
type settings struct {
	records  int
	capacity int
	slow     time.Duration // what a record takes a slow disk
	lossy    bool
	shipper  string // the ring to ship from, in the shipper's process
}

func main() {
	log.SetFlags(0)
	var s settings
	flag.IntVar(&s.records, "records", 200_000, "how many records to log")
	// The capacity is what may be logged while the shipper pauses: here for about a tenth of a second.
	flag.IntVar(&s.capacity, "capacity", 16<<20, "the ring's capacity, in `bytes`")
	flag.DurationVar(&s.slow, "slow", 0, "the shipper's disk is slow, and takes so long for each record")
	flag.BoolVar(&s.lossy, "lossy", false, "the shipper never makes the application drop a record")
	flag.StringVar(&s.shipper, "shipper", "", "be the shipper of this `ring`")
	flag.Parse()
	work := s.application
	if s.shipper != "" {
		work = s.ship
	}
	if err := work(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// application starts the shipper and logs.
func (s settings) application(out io.Writer) error {
	dir, err := os.MkdirTemp("/dev/shm", "logs-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "log")
	// A lossless shipper that takes nothing out of a full ring for a second becomes lossy: one that hangs must not cost all records from then on.
	producer, err := ring.Create(path, ring.Options{Capacity: s.capacity, StallDeadline: time.Second})
	if err != nil {
		return err
	}
	defer producer.Close()
	shipper, err := s.startShipper(path, out)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := producer.WaitConsumers(ctx, 1); err != nil { // so that the example counts from the first record on
		return err
	}

	handler := ringslog.NewHandler(producer, slog.NewTextHandler, nil)
	took := s.logAll(slog.New(handler))
	err = errors.Join(producer.Close(), shipper.Wait())
	fmt.Fprintf(out, "application: logged %d records in %v, %v each; %d were dropped\n",
		s.records, took.Round(time.Millisecond), took/time.Duration(s.records), handler.Dropped())
	return err
}

// logAll is what an application does: it knows nothing of rings.
func (s settings) logAll(logger *slog.Logger) time.Duration {
	began := time.Now()
	for i := range s.records {
		level := slog.LevelInfo
		if i%1000 == 0 {
			level = slog.LevelError
		}
		logger.Log(context.Background(), level, "request", "number", i, "path", "/index.html")
	}
	return time.Since(began)
}

func (s settings) startShipper(path string, out io.Writer) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-shipper", path, fmt.Sprintf("-slow=%v", s.slow), fmt.Sprintf("-lossy=%v", s.lossy))
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd, cmd.Start()
}
