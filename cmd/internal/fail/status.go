// Package fail says what went wrong: to a person in one sentence, and to a script by the exit status.
package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/mmring/mmring/ring"
)

// Exit statuses of the tool.
const (
	StatusOK     = 0
	StatusFailed = 1
	StatusUsage  = 2
)

// usageError is a command line that makes no sense.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usage makes an error about the command line: its exit status is StatusUsage.
func Usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Status is the exit status that err calls for. Nobody reading our output any more, as in mmring sub x | head, is no failure.
func Status(err error) int {
	var usage usageError
	switch {
	case err == nil || errors.Is(err, syscall.EPIPE):
		return StatusOK
	case errors.As(err, &usage) || errors.Is(err, ring.ErrOptions):
		return StatusUsage
	}
	return StatusFailed
}

// Output says of a failure to write the results what it is, and what to do; other errors stay as they are.
func Output(err error) error {
	var failed *fs.PathError
	if !errors.As(err, &failed) || failed.Path != os.Stdout.Name() {
		return err
	}
	return fmt.Errorf("cannot write to standard output: %w; send it somewhere else, or make room there", failed.Err)
}
