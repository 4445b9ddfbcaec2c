package dump

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mmring/mmring/cmd/internal/raw"
)

// Format is how payloads are printed.
type Format int

const (
	Auto Format = iota // as text if it is text, else in hexadecimal
	Hex
	Text
)

const recordTitles = "       SEQ        POSITION         TAG     BYTES  PAYLOAD"

// append appends a record for a person to read.
func (f Format) append(dst []byte, r raw.Record, payload []byte) []byte {
	dst = fmt.Appendf(dst, "%10d  %14d  %10d  %8d", r.Seq, r.Position, r.Tag, r.Length)
	if f == Text || f == Auto && isText(payload) {
		dst = strconv.AppendQuote(append(dst, ' ', ' '), string(payload))
		return append(dst, '\n')
	}
	dst = append(dst, '\n')
	for line := range strings.Lines(hex.Dump(payload)) {
		dst = append(append(dst, "    "...), line...)
	}
	return dst
}

// isText reports whether a payload is UTF-8 without control characters other than white space.
func isText(payload []byte) bool {
	if !utf8.Valid(payload) {
		return false
	}
	for _, r := range string(payload) {
		if !strconv.IsPrint(r) && !strings.ContainsRune("\t\r\n", r) {
			return false
		}
	}
	return true
}

// jsonRecord is a record as --json prints it: one of the payloads is there.
type jsonRecord struct {
	Seq      uint64  `json:"seq"`
	Position uint64  `json:"position"`
	Tag      uint32  `json:"tag"`
	Payload  *string `json:"payload,omitempty"`
	Base64   *[]byte `json:"payload_base64,omitempty"`
}

// appendJSON appends a record as one line of JSON.
func appendJSON(dst []byte, r raw.Record, payload []byte) ([]byte, error) {
	j := jsonRecord{Seq: r.Seq, Position: r.Position, Tag: r.Tag}
	if utf8.Valid(payload) {
		text := string(payload)
		j.Payload = &text
	} else {
		j.Base64 = &payload
	}
	line, err := json.Marshal(j)
	return append(append(dst, line...), '\n'), err
}
