package main

import (
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
)

// exactly accepts one argument for each of the names given, and says which is missing.
func exactly(wanted ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < len(wanted) {
			return fail.Usage("%s is missing", strings.Join(wanted[len(args):], " and "))
		}
		if len(args) > len(wanted) {
			return fail.Usage("%q is one argument too many; quote what has blanks in it", args[len(wanted)])
		}
		return nil
	}
}

// atMostOne accepts one argument, or none.
func atMostOne(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fail.Usage("%q is one argument too many", args[1])
	}
	return nil
}
