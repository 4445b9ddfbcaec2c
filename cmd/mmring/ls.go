package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/cmd/internal/table"
	"github.com/mmring/mmring/ring"
	"github.com/spf13/cobra"
)

func newLs() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "ls [DIRECTORY]",
		Short: "List the rings",
		Long: `List the rings in DIRECTORY, or in $MMRING_DIR, or in /dev/shm: their size, how
many messages each has carried, and its producer. That is alive, or has ended
the stream, or there is none and the next one goes on with the stream.`,
		Example: `  mmring ls
  mmring ls ./data --json`,
		Args:              atMostOne,
		ValidArgsFunction: completeDirectory,
		RunE: func(cmd *cobra.Command, args []string) error {
			return ls(directoryOf(args), asJSON, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array of objects")
	return cmd
}

// listed is a ring as ls prints it.
type listed struct {
	Name      string    `json:"name"`
	Path      string    `json:"path"`
	Capacity  int       `json:"capacity"`
	Messages  uint64    `json:"messages"`
	Producer  string    `json:"producer"`
	Consumers int       `json:"consumers"`
	Created   time.Time `json:"created"`
	Error     string    `json:"error,omitempty"`
}

func ls(dir string, asJSON bool, out, words io.Writer) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("cannot list the rings in %s: %w; name another directory, or set $%s to it",
			dir, errors.Unwrap(err), names.DirVariable)
	}
	rings := []listed{}
	for _, e := range entries {
		if isRing(dir, e) {
			rings = append(rings, list(filepath.Join(dir, e.Name())))
		}
	}
	if asJSON {
		return json.NewEncoder(out).Encode(rings)
	}
	if len(rings) == 0 {
		fmt.Fprintf(words, "there are no rings in %s; mmring pub or mmring write makes one\n", dir)
		return nil
	}
	if err := listTable(rings).Write(out, ""); err != nil {
		return err
	}
	return listTroubles(out, rings)
}

// listTroubles says why the unreadable rings are that.
func listTroubles(out io.Writer, rings []listed) (err error) {
	for _, l := range rings {
		if l.Error != "" && err == nil {
			_, err = fmt.Fprintf(out, "\n%s\n", raw.Printable(l.Error))
		}
	}
	return err
}

// isRing reports whether a directory entry is a ring, whole or damaged. Unfinished ones have names that begin with a dot.
func isRing(dir string, e fs.DirEntry) bool {
	if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
		return false
	}
	o, err := ring.Observe(filepath.Join(dir, e.Name()))
	if err == nil {
		o.Close()
	}
	return err == nil || errors.Is(err, ring.ErrVersion) || errors.Is(err, ring.ErrCorrupt)
}

func list(path string) listed {
	l := listed{Name: filepath.Base(path), Path: path}
	s, err := snapshot(path)
	if err != nil {
		l.Producer, l.Error = "unknown", fail.At(path, err).Error()
		return l
	}
	l.Capacity, l.Messages, l.Producer, l.Created = s.Capacity, s.NextSeq, producerState(&s), s.Created
	for _, c := range s.Consumers {
		if c.Alive {
			l.Consumers++
		}
	}
	return l
}

func listTable(rings []listed) *table.Table {
	t := table.New(table.Left("NAME"), table.Right("CAPACITY"), table.Right("MESSAGES"), table.Left("PRODUCER"),
		table.Right("CONSUMERS"), table.Right("AGE"))
	for _, l := range rings {
		if l.Error != "" {
			t.Row(raw.Printable(l.Name), "-", "-", "unreadable")
			continue
		}
		t.Row(raw.Printable(l.Name), human.Bytes(l.Capacity).String(), human.Count(l.Messages), l.Producer,
			human.Count(uint64(l.Consumers)), human.Age(time.Since(l.Created)))
	}
	return t
}
