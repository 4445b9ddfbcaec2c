package main

import (
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/spf13/cobra"
)

// exactly accepts one argument for each of the names given, and says which is missing.
func exactly(wanted ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < len(wanted) {
			missing := wanted[len(args):]
			if len(missing) == 1 {
				return fail.Usage("%s is missing", missing[0])
			}
			return fail.Usage("%s are missing", strings.Join(missing, " and "))
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

// atRing is a command that does something with the ring its only argument names.
func atRing(do func(cmd *cobra.Command, path string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		path, err := names.Path(args[0])
		if err != nil {
			return err
		}
		return do(cmd, path)
	}
}

// directoryOf is the one argument there may be, or else where rings are.
func directoryOf(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	return names.Dir()
}
