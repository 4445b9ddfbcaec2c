package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// parseError is what the tool says of a command's flags.
func parseError(t *testing.T, args ...string) string {
	t.Helper()
	cmd, rest, err := newRoot().Find(args)
	if err != nil {
		t.Fatal(err)
	}
	if err = cmd.ParseFlags(rest); err == nil {
		return ""
	}
	err = cmd.FlagErrorFunc()(cmd, err)
	if fail.Status(err) != fail.StatusUsage {
		t.Errorf("%v: no error of the command line: %v", args, err)
	}
	return err.Error()
}

func TestFlagErrors(t *testing.T) {
	for args, want := range map[string]string{
		"pub --tag x":             `--tag: "x" is no whole number from 0 to 4294967295`,
		"pub --tag 4294967296":    `--tag: "4294967296" is no whole number from 0 to 4294967295: it is too large`,
		"pub --alignment 1.5":     `--alignment: "1.5" is no whole number, such as 64`,
		"sub --count -1":          `--count: "-1" is no whole number from 0 to 18446744073709551615`,
		"top --interval 5":        `--interval: "5" is no time; write it like 200ms, 1.5s, 10m or 1h30m`,
		"stat --json=maybe":       `--json: "maybe" is neither true nor false`,
		"sub -q=maybe":            `--quiet: "maybe" is neither true nor false`,
		"pub --capacity lots":     `--capacity: "lots" is no number of bytes; write it like 4096, 64K, 1M or 1GiB`,
		"sub --from x":            `--from: "x" is none of oldest, latest, seq:N and last:K, with numbers for N and K`,
		"sub --count":             "--count: the number is missing",
		"sub --nonsense":          "there is no flag --nonsense",
		"sub -qz":                 "there is no flag -z",
		"sub ---x":                "bad flag syntax: ---x",
		"sub --quiet --count 012": "",
	} {
		if got := parseError(t, strings.Fields(args)...); got != want {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
}

// TestEveryFlagSaysWhatItTakes: no flag of any command lets the words of Go's own parsers through.
func TestEveryFlagSaysWhatItTakes(t *testing.T) {
	eachFlag(newRoot(), func(cmd *cobra.Command, f *pflag.Flag) {
		err := cmd.Flags().Set(f.Name, "\x00")
		var value *pflag.InvalidValueError
		if !errors.As(err, &value) {
			return // it takes any text
		}
		said := flagError(cmd, err).Error()
		if strings.Contains(said, "strconv") || strings.Contains(said, "time:") || !strings.HasPrefix(said, "--"+f.Name+": ") {
			t.Errorf("%s: %s", cmd.CommandPath(), said)
		}
	})
}

func eachFlag(cmd *cobra.Command, do func(*cobra.Command, *pflag.Flag)) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { do(cmd, f) })
	for _, sub := range cmd.Commands() {
		eachFlag(sub, do)
	}
}
