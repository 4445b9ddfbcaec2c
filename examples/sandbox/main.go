// Sandbox hands a ring to a child that is not trusted. The child is confined as far as this process may, has no file but one socket, and gets
// the ring over it. It reads every message; it cannot write the stream, nor cut it off, by any way it tries.
//
//	go run ./examples/sandbox
package main

import (
	"io"
	"log"
	"os"
)

// stage, in the environment, says which part of the program a process is.
const stage = "SANDBOX_STAGE"

// stages are the parts, one after the other: the parent, the child that confines itself, and the same after it has started anew.
var stages = map[string]func(out io.Writer) error{"": parent, "confine": confine, "read": read}

func main() {
	log.SetFlags(0)
	if err := stages[os.Getenv(stage)](os.Stdout); err != nil {
		log.Fatal(err)
	}
}
