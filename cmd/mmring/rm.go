package main

import (
	"errors"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

func newRm() *cobra.Command {
	return &cobra.Command{
		Use:   "rm NAME...",
		Short: "Remove rings",
		Long: `Remove rings and what belongs to them. A ring whose producer lives is not removed,
nor is a file that is no ring. Consumers that are reading a removed ring read on
to its end.`,
		Example: `  mmring rm numbers
  mmring rm numbers ./data/prices`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail.Usage("NAME is missing")
			}
			return nil
		},
		ValidArgsFunction: completeRings,
		RunE: func(_ *cobra.Command, args []string) error {
			var failed error
			for _, name := range args {
				failed = errors.Join(failed, remove(name))
			}
			return failed
		},
	}
}

func remove(name string) error {
	path, err := names.Path(name)
	if err != nil {
		return err
	}
	return fail.At(path, ring.Remove(path))
}
