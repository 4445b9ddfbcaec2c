package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/mmring/mmring/ring"
)

// from is the flag that says where in the stream to begin. The zero value is the oldest message.
type from struct {
	ring.Start
	text string
}

// Set reads oldest, latest, seq:N or last:K.
func (f *from) Set(text string) (err error) {
	if f.Start, err = parseStart(text); err == nil {
		f.text = text
	}
	return err
}

func (f *from) String() string { return cmp.Or(f.text, "oldest") }

// Type is how the flag's help calls its value.
func (f *from) Type() string { return "place" }

// Choices are what can be written there.
func (f *from) Choices() []string { return []string{"oldest", "latest", "seq:", "last:"} }

func parseStart(text string) (ring.Start, error) {
	kind, figure, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(figure, 10, 64)
	switch {
	case text == "oldest":
		return ring.Oldest(), nil
	case text == "latest":
		return ring.Latest(), nil
	case kind == "seq" && err == nil:
		return ring.FromSeq(n), nil
	case kind == "last" && err == nil:
		return ring.Last(n), nil
	}
	return ring.Start{}, fmt.Errorf("%q is none of oldest, latest, seq:N and last:K, with numbers for N and K", text)
}
