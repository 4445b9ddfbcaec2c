package raw

import (
	"strconv"
	"strings"
)

// Printable makes a name that a stranger chose fit to be shown: what a terminal could take for a command, or is no text, is written
// as in a Go string, and so are backslashes, so that two names never look the same.
func Printable(name string) string {
	for _, r := range name {
		if r == '\\' || r == '\uFFFD' || !strconv.IsGraphic(r) {
			quoted := strconv.QuoteToGraphic(name)
			return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
		}
	}
	return name
}
