package main

import (
	"os"
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
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

// completeRing offers the names of the rings there are.
func completeRing(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return ringNames(names.Dir()), cobra.ShellCompDirectiveDefault
}

// ringNames lists the rings in a directory, as far as it can be read.
func ringNames(dir string) (rings []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if isRing(dir, e) {
			rings = append(rings, e.Name())
		}
	}
	return rings
}
