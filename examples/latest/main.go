// Latest is two terminals and one value. One writes it, the other reads the newest, now or whenever it looks. Nothing is consumed, and the
// reader never holds the writer up.
//
//	go run ./examples/latest write 21.5      go run ./examples/latest write          every second
//	go run ./examples/latest read            go run ./examples/latest watch
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/mmring/mmring/ring"
)

const usage = "usage: latest write [TEXT] | read | watch"

func main() {
	log.SetFlags(0)
	path := "/dev/shm/mmring-latest"
	if err := run(path, os.Args[1:], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(path string, args []string, out io.Writer) error {
	if len(args) == 0 || len(args) > 1 && args[0] != "write" {
		return errors.New(usage)
	}
	switch args[0] {
	case "write":
		return write(path, strings.Join(args[1:], " "))
	case "read":
		return read(path, out, 1)
	case "watch":
		return read(path, out, 1<<62)
	}
	return errors.New(usage)
}

// write publishes text, or the time of day every second.
func write(path, text string) error {
	producer, err := ring.Create(path, ring.Options{Capacity: 4096}) // resumes the ring if it is there
	if err != nil {
		return err
	}
	defer producer.Close()
	if text != "" {
		return producer.Publish(0, []byte(text))
	}
	for now := range time.Tick(time.Second) {
		if err := producer.Publish(0, []byte(now.Format(time.TimeOnly))); err != nil {
			return err
		}
	}
	return nil
}

// read prints the newest value, some times over.
func read(path string, out io.Writer, times int) error {
	consumer, err := ring.Open(path, ring.ConsumerOptions{From: ring.Latest()})
	if err != nil {
		return err
	}
	defer consumer.Close()
	for i := range times {
		if i > 0 {
			time.Sleep(time.Second)
		}
		message, err := consumer.Latest()
		if errors.Is(err, ring.ErrEmpty) {
			fmt.Fprintln(out, "nothing yet")
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s\n", message.Payload)
	}
	return nil
}
