package recording

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Place is a place in a recording that may be given as a flag: seq:N, a time since its first message, or a time of reception. The zero
// value is none.
type Place struct {
	text string
	kind placeKind
	n    uint64
}

type placeKind int

const (
	nowhere placeKind = iota
	atSeq             // n is a seq
	after             // n is nanoseconds since the first message
	atTime            // n is nanoseconds since 1970
)

// Set reads a place.
func (p *Place) Set(text string) error {
	kind, n, ok := parsePlace(text)
	if !ok {
		return fmt.Errorf("%q is none of seq:N, a time since the first message such as 90s, and a time such as 2006-01-02T15:04:05Z", text)
	}
	*p = Place{text, kind, n}
	return nil
}

func parsePlace(text string) (kind placeKind, n uint64, ok bool) {
	if figure, is := strings.CutPrefix(text, "seq:"); is {
		n, err := strconv.ParseUint(figure, 10, 64)
		return atSeq, n, err == nil
	}
	if d, err := time.ParseDuration(text); err == nil {
		return after, uint64(d), d >= 0
	}
	at, err := time.Parse(time.RFC3339, text)
	return atTime, uint64(at.UnixNano()), err == nil && at.Unix() >= 0
}

func (p *Place) String() string { return p.text }

// Type is how a flag's help calls its value.
func (p *Place) Type() string { return "place" }

// Precedes reports whether something can lie from p up to q. Of two that are given differently nobody knows before the recording is read.
func (p Place) Precedes(q Place) bool { return p.kind == nowhere || p.kind != q.kind || p.n < q.n }

// Since returns the place where a time since the first message has become one of reception.
func (p Place) Since(first uint64) Place {
	if p.kind == after {
		p.kind, p.n = atTime, first+p.n
	}
	return p
}

// Time is the time of reception at the place, 0 if it says none.
func (p Place) Time() uint64 {
	if p.kind == atTime {
		return p.n
	}
	return 0
}

// Given reports whether it is a place at all.
func (p Place) Given() bool { return p.kind != nowhere }

// Reached reports whether a message is at the place or behind it.
func (p Place) Reached(m *Message) bool {
	return p.kind == atSeq && m.Seq >= p.n || p.kind == atTime && m.Time >= p.n
}
