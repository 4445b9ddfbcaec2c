package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"unicode/utf8"

	"github.com/mmring/mmring/ring"
	"golang.org/x/term"
)

// sinkBuffer is how many bytes of output are gathered before they are written, if more messages are at hand.
const sinkBuffer = 64 << 10

// sink writes messages: each at once to a terminal, many at once to anything else.
type sink struct {
	out     io.Writer
	encode  func(dst []byte, m *ring.Message) []byte
	pending []byte
	skipped int // bytes of messages that were not to be printed, since the last flush
	limit   int
}

func newSink(out io.Writer, encode func(dst []byte, m *ring.Message) []byte) *sink {
	s := &sink{out: out, encode: encode, limit: sinkBuffer}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.limit = 0
	}
	return s
}

// put adds a message and reports whether it is time to flush.
func (s *sink) put(m *ring.Message) (full bool) {
	s.pending = s.encode(s.pending, m)
	return len(s.pending)+s.skipped >= s.limit
}

// skip passes over a message and reports whether it is time to flush: a consumer that prints nothing has read much all the same.
func (s *sink) skip(m *ring.Message) (full bool) {
	s.skipped += len(m.Payload) + 1
	return len(s.pending)+s.skipped >= s.limit
}

// flush writes what was put.
func (s *sink) flush() error {
	s.skipped = 0
	if len(s.pending) == 0 {
		return nil
	}
	_, err := s.out.Write(s.pending)
	s.pending = s.pending[:0]
	return err
}

// jsonHelp is what the flag --json says in sub and read.
const jsonHelp = "print JSON objects: seq, tag, and payload or, if that is no UTF-8, payload_base64"

// jsonMessage is a message as --json prints it: one of the payloads is there.
type jsonMessage struct {
	Seq     uint64  `json:"seq"`
	Tag     uint32  `json:"tag"`
	Payload *string `json:"payload,omitempty"`
	Base64  *[]byte `json:"payload_base64,omitempty"`
}

// appendJSON appends a message as one line of JSON.
func appendJSON(dst []byte, m *ring.Message) []byte {
	j := jsonMessage{Seq: m.Seq, Tag: m.Tag}
	if utf8.Valid(m.Payload) {
		text := string(m.Payload)
		j.Payload = &text
	} else {
		j.Base64 = &m.Payload
	}
	buffer := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	encoder.Encode(j) // writing to memory does not fail, nor does encoding numbers and strings
	return buffer.Bytes()
}
