package main

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"
)

// partCommand is how demo, torture and soak start their processes; people have no use for it.
func partCommand(name string, work func(ctx context.Context, part string, in io.Reader, out io.Writer) error) *cobra.Command {
	return &cobra.Command{
		Use:    name + " PART",
		Hidden: true,
		Args:   exactly("PART"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return work(cmd.Context(), args[0], cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
}

// printReport prints what a run came to.
func printReport(report interface{ Print(io.Writer) error }, asJSON bool, out io.Writer) error {
	if asJSON {
		return json.NewEncoder(out).Encode(report)
	}
	return report.Print(out)
}
