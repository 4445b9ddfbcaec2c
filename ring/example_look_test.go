//go:build linux

package ring_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mmring/mmring/ring"
)

// The newest message is looked up; nothing is consumed.
func ExampleConsumer_Latest() {
	path := fmt.Sprintf("/dev/shm/temperature-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{}))
	defer ring.Remove(path)
	defer producer.Close()
	_, err := consumer.Latest()
	fmt.Println(errors.Is(err, ring.ErrEmpty))
	for _, reading := range []string{"21.5", "21.6"} {
		check(producer.Publish(0, []byte(reading)))
	}
	fmt.Printf("%s\n", must(consumer.Latest()).Payload)
	fmt.Printf("%s\n", must(consumer.Next(context.Background())).Payload)
	// Output:
	// true
	// 21.6
	// 21.5
}

// Somebody who takes no part looks who is there, and how far behind.
func ExampleObserve() {
	path := fmt.Sprintf("/dev/shm/observed-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{Metadata: []byte("prices of today")}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{Lossless: true, Name: "archive"}))
	defer ring.Remove(path)
	defer producer.Close()
	defer consumer.Close()
	for range 3 {
		check(producer.Publish(0, []byte("a price")))
	}
	observer := must(ring.Observe(path))
	defer observer.Close()
	s := must(observer.Snapshot())
	fmt.Printf("%s: %d messages, producer alive: %t\n", s.Metadata, s.NextSeq, s.ProducerAlive)
	for _, c := range s.Consumers {
		fmt.Printf("%s, %s, %d behind\n", c.Name, c.Mode, c.Lag.Messages)
	}
	// Output:
	// prices of today: 3 messages, producer alive: true
	// archive, lossless, 3 behind
}

// A producer that must not wait learns that a lossless consumer holds the space.
func ExampleProducer_TryPublish() {
	producer := must(ring.CreateAnonymous(ring.Options{Capacity: 4096}))
	defer producer.Close()
	files := must(producer.Files()) // a child would get them as ExtraFiles
	consumer := must(ring.OpenFiles(int(files[0].Fd()), int(files[1].Fd()), ring.ConsumerOptions{Lossless: true}))
	defer consumer.Close()
	for _, f := range files {
		check(f.Close()) // they are the caller's, and no longer needed
	}
	var err error
	for err == nil {
		err = producer.TryPublish(0, []byte("nobody reads this"))
	}
	fmt.Println(errors.Is(err, ring.ErrFull))
	for err = nil; err == nil; {
		_, err = consumer.TryNext()
	}
	fmt.Println(producer.TryPublish(0, []byte("now there is room")))
	// Output:
	// true
	// <nil>
}

// A consumer may come before its producer.
func ExampleOpen_missing() {
	_, err := ring.Open("/dev/shm/nobody-made-this", ring.ConsumerOptions{})
	fmt.Println(errors.Is(err, fs.ErrNotExist)) // try again later
	// Output: true
}
