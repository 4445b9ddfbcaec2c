// Package format prints messages the way a person asks for: a text with directives such as %s, as kcat has them.
package format

import (
	"fmt"
	"strings"
	"time"

	"github.com/mmring/mmring/ring"
)

// Help explains the directives, aligned for a command's description.
const Help = `  %s  payload, as it is             %S  its size in bytes
  %x  payload in hexadecimal        %o  number in the stream
  %b  payload in base64             %t  tag
  %j  payload as a JSON string      %T  time of receipt, ms since 1970
  %%  a percent sign                %d  time of receipt, RFC 3339

and \n \t \r \0 \\ \xNN, where NN are two hexadecimal digits. Nothing is added:
a line ends where \n stands.`

// Format is a parsed text. The zero value prints nothing and is not Set.
type Format struct {
	text  string
	parts []part
}

// part appends one piece of a message.
type part func(dst []byte, m *ring.Message) []byte

// Set reads the text. With String and Type it makes a Format a flag.
func (f *Format) Set(text string) error {
	parts, err := parse(text)
	if err == nil {
		f.text, f.parts = text, parts
	}
	return err
}

func (f *Format) String() string { return f.text }

// Type is how a flag's help calls its value.
func (f *Format) Type() string { return "text" }

// Append appends the message as the text says.
func (f *Format) Append(dst []byte, m *ring.Message) []byte {
	for _, p := range f.parts {
		dst = p(dst, m)
	}
	return dst
}

// parse cuts a text into literals and directives.
func parse(text string) (parts []part, err error) {
	if text == "" {
		return nil, fmt.Errorf("the format is empty; %%s is the payload, and \\n ends a line")
	}
	var literal []byte
	flush := func() {
		if len(literal) > 0 {
			parts = append(parts, constant(literal))
			literal = nil
		}
	}
	for text != "" {
		switch {
		case strings.HasPrefix(text, "%%"):
			literal, text = append(literal, '%'), text[2:]
		case text[0] == '%':
			p, err := directive(text)
			if err != nil {
				return nil, err
			}
			flush()
			parts, text = append(parts, p), text[2:]
		case text[0] == '\\':
			b, size, err := escape(text)
			if err != nil {
				return nil, err
			}
			literal, text = append(literal, b), text[size:]
		default:
			literal, text = append(literal, text[0]), text[1:]
		}
	}
	flush()
	return parts, nil
}

// now may be stopped by tests.
var now = time.Now
