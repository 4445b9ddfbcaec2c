//go:build linux

package worker

import (
	"bytes"
	"io"
	"testing"

	"github.com/mmring/mmring/bench/internal/transport"
)

// arrival is a message that a look brings.
type arrival struct {
	seq     uint64
	content uint64 // the message that lies in it
	damaged bool
}

// looks is a receiver whose every look brings what a test says, and in the end nothing. It sends into the void.
type looks struct {
	all       [][]arrival
	endBeside bool // the last look brings the end too
}

func (l *looks) Receive(v *transport.Visitor) error {
	if len(l.all) == 0 {
		return io.EOF
	}
	for _, a := range l.all[0] {
		message := bytes.Clone(v.At(a.content))
		if a.damaged {
			message[3] ^= 1
		}
		v.Visit(a.seq, message)
	}
	if l.all = l.all[1:]; len(l.all) == 0 && l.endBeside {
		return io.EOF
	}
	return nil
}

func (l *looks) Send(_, _ uint64) error { return nil }
func (l *looks) Flush() error           { return nil }
func (l *looks) Close() error           { return nil }

// seeing is a party to whom that happens.
func seeing(kind Kind, l *looks) *party {
	p := newParty(&Job{Kind: kind, Shape: transport.Shape{Size: 64, Consumers: 1}}, transport.ByName("unix-stream"), 1)
	p.sender, p.receiver = l, l
	return p
}

// never is a schedule whose window does not begin.
var never = Schedule{From: 1 << 62, To: 1 << 62}

func TestStreamsAreChecked(t *testing.T) {
	right := [][]arrival{{{seq: 0, content: 0}, {seq: 1, content: 1}}, {{seq: 2, content: 2}}}
	for what, c := range map[string]struct {
		looks looks
		fails bool
	}{
		"right":                 {looks{all: right}, false},
		"right, and the end":    {looks{all: right, endBeside: true}, false},
		"a message lost":        {looks{all: [][]arrival{{{seq: 0, content: 0}, {seq: 2, content: 2}}}}, true},
		"a message twice":       {looks{all: [][]arrival{{{seq: 0, content: 0}, {seq: 0, content: 0}}}}, true},
		"another's bytes":       {looks{all: [][]arrival{{{seq: 0, content: 1}}}}, true},
		"damaged":               {looks{all: [][]arrival{{{seq: 0, content: 0, damaged: true}}, {{seq: 1, content: 1}}}}, true},
		"damaged, then the end": {looks{all: [][]arrival{{{seq: 0, content: 0, damaged: true}}}, endBeside: true}, true},
	} {
		for _, kind := range []Kind{Throughput, Load} {
			o, err := seeing(kind, &looks{c.looks.all, c.looks.endBeside}).consume(never)
			if (err != nil) != c.fails {
				t.Errorf("%s, kind %v: %v", what, kind, err)
			}
			if !c.fails && o.Total != 3 {
				t.Errorf("%s, kind %v: %d messages", what, kind, o.Total)
			}
		}
	}
}

func TestAnswersAreChecked(t *testing.T) {
	answer := func(n uint64) arrival { return arrival{seq: n, content: n + replyShift} }
	for what, c := range map[string]struct {
		looks [][]arrival
		fails bool
	}{
		"right":                      {[][]arrival{{answer(0)}, {answer(1)}}, false},
		"an echo":                    {[][]arrival{{answer(0)}, {{seq: 1, content: 1}}}, true},
		"an answer before its turn":  {[][]arrival{{answer(0), answer(1)}, {answer(2)}}, true},
		"an answer that comes late":  {[][]arrival{{}, {answer(0)}}, true},
		"an answer in another place": {[][]arrival{{answer(1)}, {answer(0)}}, true},
	} {
		p := seeing(RoundTrip, &looks{all: c.looks})
		g := &pinger{party: p}
		g.Visitor = p.end.Messages.Visitor(replyShift, g.other)
		err := g.trip()
		if err == nil {
			err = g.trip()
		}
		if (err != nil) != c.fails {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestQuestionsAreChecked(t *testing.T) {
	for what, c := range map[string]struct {
		looks [][]arrival
		fails bool
	}{
		"right":           {[][]arrival{{{seq: 0, content: 0}}, {{seq: 1, content: 1}}}, false},
		"two at once":     {[][]arrival{{{seq: 0, content: 0}, {seq: 1, content: 1}}}, true},
		"none":            {[][]arrival{{}, {{seq: 0, content: 0}}}, true},
		"another's bytes": {[][]arrival{{{seq: 0, content: 1}}}, true},
		"one left out":    {[][]arrival{{{seq: 0, content: 0}}, {{seq: 2, content: 2}}}, true},
	} {
		if _, err := seeing(RoundTrip, &looks{all: c.looks}).pong(never); (err != nil) != c.fails {
			t.Errorf("%s: %v", what, err)
		}
	}
}
