//go:build linux

package ring_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/mmring/mmring/ring"
)

// The README shows this.
func Example() {
	path := fmt.Sprintf("/dev/shm/prices-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{Lossless: true})) // in another process, as a rule
	defer ring.Remove(path)
	check(producer.Publish(0, []byte("hello")))
	check(producer.Close())
	for message, err := range consumer.All(context.Background()) {
		check(err)
		fmt.Printf("message %d: %s\n", message.Seq, message.Payload)
	}
	// Output: message 0: hello
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
