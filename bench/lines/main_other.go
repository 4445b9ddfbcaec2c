//go:build !linux

// Command lines needs Linux.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	fmt.Fprintf(os.Stderr, "lines: needs Linux: %v\n", errors.ErrUnsupported)
	os.Exit(1)
}
