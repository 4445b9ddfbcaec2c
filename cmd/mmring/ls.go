package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
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
the stream, or there is none and the next one goes on with the stream. A ring that
is damaged, or that you may not read, is unreadable; standard error says why.`,
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

func ls(dir string, asJSON bool, out, words io.Writer) error {
	l := lookout.Dir(dir)
	defer l.Close()
	rings, err := l.Look()
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(out).Encode(listAll(rings))
	}
	if len(rings) == 0 {
		fmt.Fprintln(words, noRings(dir))
		return nil
	}
	if err := listTable(rings).Write(out, ""); err != nil {
		return err
	}
	for _, r := range rings {
		if r.Err != nil {
			fmt.Fprintln(words, fail.Plain(r.Err))
		}
	}
	return nil
}

// noRings is what there is to say of a directory without rings.
func noRings(dir string) string {
	return fmt.Sprintf("there are no rings in %s; mmring pub or mmring write makes one", raw.Printable(dir))
}

// listed is a ring as ls prints it in JSON. Of one that cannot be looked at the figures are absent.
type listed struct {
	Name      string    `json:"name"`
	Path      string    `json:"path"`
	Capacity  int       `json:"capacity,omitzero"`
	Messages  *uint64   `json:"messages,omitempty"`
	Producer  string    `json:"producer"`
	Consumers *int      `json:"consumers,omitempty"`
	Created   time.Time `json:"created,omitzero"`
	Error     string    `json:"error,omitempty"`
}

func listAll(rings []lookout.Ring) []listed {
	all := []listed{}
	for i := range rings {
		r := &rings[i]
		l := listed{Name: filepath.Base(r.Path), Path: r.Path, Producer: "unknown"}
		if r.Err != nil {
			l.Error = r.Err.Error()
		} else {
			consumers := living(&r.State)
			l.Capacity, l.Messages, l.Consumers, l.Created = r.State.Capacity, &r.State.NextSeq, &consumers, r.State.Created
			l.Producer = producerState(&r.State)
		}
		all = append(all, l)
	}
	return all
}

// living is how many consumers of a ring live.
func living(s *ring.Snapshot) (n int) {
	for _, c := range s.Consumers {
		if c.Alive {
			n++
		}
	}
	return n
}

func listTable(rings []lookout.Ring) *table.Table {
	t := table.New(table.Left("NAME"), table.Right("CAPACITY"), table.Right("MESSAGES"), table.Left("PRODUCER"),
		table.Right("CONSUMERS"), table.Right("AGE"))
	for i := range rings {
		r := &rings[i]
		if r.Err != nil {
			t.Row(r.Name, "-", "-", "unreadable")
			continue
		}
		s := &r.State
		t.Row(r.Name, human.Bytes(s.Capacity).String(), human.Count(s.NextSeq), producerState(s),
			human.Count(uint64(living(s))), human.Age(time.Since(s.Created)))
	}
	return t
}
