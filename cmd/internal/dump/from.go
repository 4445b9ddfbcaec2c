package dump

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// From is the flag that says which record to begin with. The zero value is the oldest.
type From struct {
	kind string // "", seq, last
	n    uint64
	text string
}

// Set reads oldest, seq:N or last:K.
func (f *From) Set(text string) error {
	kind, figure, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(figure, 10, 64)
	switch {
	case text == "oldest":
		*f = From{text: text}
	case (kind == "seq" || kind == "last") && err == nil:
		*f = From{kind, n, text}
	default:
		return fmt.Errorf("%q is none of oldest, seq:N and last:K, with numbers for N and K", text)
	}
	return nil
}

func (f *From) String() string { return cmp.Or(f.text, "oldest") }

// Type is how the flag's help calls its value.
func (f *From) Type() string { return "place" }

// Choices are what can be written there.
func (f *From) Choices() []string { return []string{"oldest", "seq:", "last:"} }

// first is the number of the first record wanted, in a stream whose next record has the number end.
func (f *From) first(end uint64) uint64 {
	switch f.kind {
	case "seq":
		return f.n
	case "last":
		return end - min(f.n, end)
	}
	return 0
}
