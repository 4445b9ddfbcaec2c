package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/mmring/mmring/cmd/internal/export"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/spf13/cobra"
)

// exportAddress is where metrics are served unless told otherwise: to this machine alone.
const exportAddress = "127.0.0.1:9464"

const exportLong = `Serve metrics of all rings in DIRECTORY, or in $MMRING_DIR, or in /dev/shm, of
their consumers and groups of consumers, over HTTP at /metrics, in the text format
of Prometheus or in OpenMetrics, as the client asks, until interrupted.

It looks at the rings whenever it is asked, takes no place in them and does not
slow their producers. Rings that appear are in the next answer. Run it as a user
who may read the rings, and their heads files to see consumers.

docs/operating has example alert rules and a Grafana dashboard.`

func newExport() *cobra.Command {
	var address string
	cmd := &cobra.Command{
		Use:   "export [DIRECTORY]",
		Short: "Serve metrics of all rings to Prometheus",
		Long:  exportLong,
		Example: `  mmring export
  mmring export ./data --listen :9464
  curl -s 127.0.0.1:9464/metrics | grep mmring_fill_ratio`,
		Args:              atMostOne,
		ValidArgsFunction: completeDirectory,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExport(cmd.Context(), directoryOf(args), address, cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&address, "listen", exportAddress, "`address` to serve at, host:port; without a host to everybody")
	return cmd
}

func runExport(ctx context.Context, dir, address string, words io.Writer) error {
	rings := lookout.Dir(dir)
	defer rings.Close()
	if _, err := rings.Look(); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("cannot listen: %w; if another mmring export does already, choose another address: --listen host:port", err)
	}
	fmt.Fprintf(words, "serving the rings in %s at http://%v/metrics\n", dir, listener.Addr())
	return export.Serve(ctx, listener, rings)
}
