package main

import (
	"bufio"
	"io"
	"math"

	"github.com/mmring/mmring/cmd/internal/dump"
	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/spf13/cobra"
)

const dumpLong = `Print what lies in the ring NAME: the header by the names of docs/layout.md,
then the records from the oldest to where the stream ends at the moment. Text is
printed as text, everything else in hexadecimal. A long schema and long metadata
are cut; --json has all of them.

The ring may be dead, from before a restart of the machine, or damaged. It reads
the file's bytes without taking part, gets past damage where it can, and says on
standard error what is missing; damage makes the exit status 1.`

// dumpCommand is the command line of mmring dump.
type dumpCommand struct {
	options       dump.Options
	inHex, asText bool
}

func newDump() *cobra.Command {
	var d dumpCommand
	cmd := &cobra.Command{
		Use:   "dump NAME",
		Short: "Print a ring's header and records as they lie there",
		Long:  dumpLong,
		Example: `  mmring dump numbers --from last:10
  mmring dump numbers --header
  mmring dump numbers --from seq:1000 --count 5 --hex
  mmring dump numbers --json | jq -r 'select(.seq).payload'`,
		Args:              exactly("NAME"),
		ValidArgsFunction: completeRing,
		RunE: atRing(func(cmd *cobra.Command, path string) error {
			work := func() error { return runDump(path, d.options, cmd.OutOrStdout(), cmd.ErrOrStderr()) }
			return fail.At(path, untilInterrupted(cmd.Context(), nil, work))
		}),
	}
	d.flags(cmd)
	return cmd
}

func (d *dumpCommand) flags(cmd *cobra.Command) {
	f, o := cmd.Flags(), &d.options
	f.Var(&o.From, "from", "where to begin: oldest still in the ring, seq:N for number N, or last:K for K before the end")
	f.Uint64Var(&o.Count, "count", math.MaxUint64, "end after this `number` of records")
	f.Lookup("count").DefValue = "no limit"
	f.BoolVar(&o.HeaderOnly, "header", false, "print the header only")
	f.BoolVar(&d.inHex, "hex", false, "print all payloads in hexadecimal")
	f.BoolVar(&d.asText, "text", false, "print all payloads as text, with escapes for what is none")
	f.BoolVar(&o.JSON, "json", false, "print JSON objects: the header, then seq, position, tag and "+
		"payload or, if that is no UTF-8, payload_base64")
	cmd.PreRunE = func(*cobra.Command, []string) error { return d.choose() }
}

// choose takes the way to print that the flags ask for.
func (d *dumpCommand) choose() error {
	switch {
	case d.inHex && d.asText, d.options.JSON && (d.inHex || d.asText):
		return fail.Usage("--hex, --text and --json are three ways to print a record; choose one")
	case d.inHex:
		d.options.Format = dump.Hex
	case d.asText:
		d.options.Format = dump.Text
	}
	return nil
}

func runDump(path string, o dump.Options, out, words io.Writer) error {
	buffered := bufio.NewWriterSize(out, sinkBuffer)
	err := dump.Ring(path, o, buffered, words)
	if err := buffered.Flush(); err != nil {
		return err // the dump ended with the same one
	}
	return err
}
