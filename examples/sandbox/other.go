//go:build !linux

package main

import (
	"errors"
	"io"
)

func parent(io.Writer) error  { return errors.ErrUnsupported }
func confine(io.Writer) error { return errors.ErrUnsupported }
func read(io.Writer) error    { return errors.ErrUnsupported }
