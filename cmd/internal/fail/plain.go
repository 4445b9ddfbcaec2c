package fail

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Plain is an error's text as a terminal may get it: names that strangers chose are in it. What a terminal could take for a command, or
// is no text, is written as in a Go string.
func Plain(err error) string {
	var plain strings.Builder
	for text := err.Error(); text != ""; {
		r, n := utf8.DecodeRuneInString(text)
		if r == '\n' || strconv.IsGraphic(r) && !(r == utf8.RuneError && n == 1) {
			plain.WriteString(text[:n])
		} else {
			quoted := strconv.Quote(text[:n])
			plain.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[n:]
	}
	return plain.String()
}
