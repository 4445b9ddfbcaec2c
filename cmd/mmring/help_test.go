package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestHelp: every subcommand says what it does and has an example that uses it.
func TestHelp(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		if cmd.Hidden {
			continue
		}
		if cmd.Short == "" || cmd.Long == "" || !strings.Contains(cmd.Example, "mmring "+cmd.Name()) {
			t.Errorf("%s: no description or no example of its own", cmd.Name())
		}
		checkExample(t, cmd)
	}
}

// TestCompletionOfThisSystem: the library's help speaks of others too.
func TestCompletionOfThisSystem(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		cmd, _, err := newRoot().Find([]string{"completion", shell})
		if err != nil || strings.Contains(cmd.Long, "brew") || strings.Contains(cmd.Long, "####") || !strings.Contains(cmd.Long, "You will need to start a new shell") {
			t.Errorf("%v: %s", err, cmd.Long)
		}
	}
}

// checkExample parses the flags of each line of an example.
func checkExample(t *testing.T, cmd *cobra.Command) {
	for line := range strings.Lines(cmd.Example) {
		line, _, _ = strings.Cut(quotedAsOne(line), "  #")
		for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|<>;&", r) }) {
			words := strings.Fields(part)
			if len(words) < 2 || words[0] != "mmring" {
				continue
			}
			found, rest, err := newRoot().Find(words[1:])
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err != nil {
				t.Errorf("example %q: %v", strings.TrimSpace(part), err)
			}
		}
	}
}

// quotedAsOne replaces what is quoted in a line of shell: it is one word, whatever it has in it.
func quotedAsOne(line string) string {
	pieces := strings.Split(line, "'")
	for i := 1; i < len(pieces); i += 2 {
		pieces[i] = "quoted"
	}
	return strings.Join(pieces, "")
}
