//go:build !linux

// Command bench compares mmring with sockets. It needs Linux.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	fmt.Fprintf(os.Stderr, "bench: rings and this comparison need Linux: %v\n", errors.ErrUnsupported)
	os.Exit(1)
}
