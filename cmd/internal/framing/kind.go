// Package framing cuts a stream of bytes into messages and joins messages into a stream of bytes.
package framing

import "fmt"

// Kind says how messages are told apart in a stream of bytes. The zero value is Line.
type Kind int

const (
	Line  Kind = iota // a newline ends each message
	Nul               // a zero byte ends each message
	Len32             // a little-endian 32-bit length precedes each message
)

var kinds = []string{"line", "nul", "len32"}

// Set reads a kind's name. With String and Type it makes a Kind a flag.
func (k *Kind) Set(name string) error {
	for i, known := range kinds {
		if name == known {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("%q is none of line, nul and len32", name)
}

func (k *Kind) String() string { return kinds[*k] }

// Type is how a flag's help calls its value.
func (k *Kind) Type() string { return "kind" }

// Choices are what can be written there.
func (k *Kind) Choices() []string { return kinds }

// Unit is what a message of this kind is called in the input.
func (k Kind) Unit() string {
	if k == Line {
		return "line"
	}
	return "message"
}

// terminator is the byte that ends a message of this kind; Len32 has none.
func (k Kind) terminator() byte {
	if k == Line {
		return '\n'
	}
	return 0
}
