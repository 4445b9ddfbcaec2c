//go:build linux

package ringgroup_test

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Members share the messages. One leaves with a message unfinished; the other is given it.
func Example() {
	path := fmt.Sprintf("/dev/shm/ringgroup-example-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	defer ring.Remove(path)
	one := must(ringgroup.Join(path, ringgroup.Options{Group: "workers"})) // in processes of their own, as a rule
	two := must(ringgroup.Join(path, ringgroup.Options{Group: "workers"}))
	for _, job := range []string{"wash", "dry", "fold"} {
		producer.Publish(0, []byte(job))
	}
	producer.Close()

	job := must(one.Next(context.Background()))
	fmt.Printf("one begins to %s, and leaves\n", job.Payload)
	one.Close()
	for {
		job, err := two.Next(context.Background())
		if err == io.EOF {
			break
		}
		fmt.Printf("two: %s, given out before: %d\n", job.Payload, job.Redelivered)
		two.Done(job.Seq)
	}
	two.Close()
	// Unordered output:
	// one begins to wash, and leaves
	// two: wash, given out before: 1
	// two: dry, given out before: 0
	// two: fold, given out before: 0
}
