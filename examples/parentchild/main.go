// Parentchild hands a ring without a name to a child process. The child gets the stream read-only, in memory that nobody can cut off, and nobody
// but the parent can ever map writable.
//
//	go run ./examples/parentchild
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"

	"github.com/mmring/mmring/ring"
)

// asChild, in the environment, makes this program the child.
const asChild = "PARENTCHILD_CHILD=1"

func main() {
	log.SetFlags(0)
	work := parent
	if os.Getenv("PARENTCHILD_CHILD") != "" {
		work = child
	}
	if err := work(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func parent(out io.Writer) error {
	producer, err := ring.CreateAnonymous(ring.Options{})
	if err != nil {
		return err
	}
	defer producer.Close()
	files, err := producer.Files() // fresh descriptors: the child never shares ours, nor our locks
	if err != nil {
		return err
	}
	cmd, err := startChild(files, out)
	for _, f := range files {
		f.Close() // the child has its own by now
	}
	if err != nil {
		return err
	}

	for _, word := range []string{"no", "file", "no", "name"} {
		if err := producer.Publish(0, []byte(word)); err != nil {
			return err
		}
	}
	if err := producer.Close(); err != nil {
		return err
	}
	return cmd.Wait()
}

// startChild starts this program once more, with the ring's files as descriptors 3 and 4.
func startChild(files []*os.File, out io.Writer) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asChild)
	cmd.ExtraFiles = files
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd, cmd.Start()
}

func child(out io.Writer) error {
	consumer, err := ring.OpenFiles(3, 4, ring.ConsumerOptions{Lossless: true})
	if err != nil {
		return err
	}
	defer consumer.Close()
	for message, err := range consumer.All(context.Background()) {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "child: %d %s\n", message.Seq, message.Payload)
	}
	return nil
}
