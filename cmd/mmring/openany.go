package main

import (
	"errors"

	"github.com/mmring/mmring/ring"
)

// openAny opens a ring whatever its messages are of: here they are bytes.
func openAny(path string, o ring.ConsumerOptions, open func(ring.ConsumerOptions) (*ring.Consumer, error)) (*ring.Consumer, error) {
	c, err := open(o)
	if !errors.Is(err, ring.ErrGeometry) {
		return c, err
	}
	s, failed := snapshot(path)
	if failed != nil {
		return nil, err
	}
	o.Schema = s.Schema
	return open(o)
}
