// Package torture runs a ring's producer and consumers of every mode as processes, kills and stops them at random and at chosen
// instants, and holds everything any of them is told against what was sent.
package torture

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
)

// Options say how to torture.
type Options struct {
	Duration time.Duration
	Seed     uint64
	Dir      string    // where rings are made
	Program  []string  // runs Work, given the part to play as one more argument
	Progress io.Writer // where to show how far it is; nil: nowhere
	Columns  int       // of the terminal that Progress is; 0: it is none
}

const (
	// longestRound is how long one ring is tortured.
	longestRound = 5 * time.Second
	// fewestRounds a run is divided into, if that leaves them something to do.
	fewestRounds  = 4
	shortestRound = time.Second
	// telling is the duration from which on everything that can happen must have happened.
	telling = 30 * time.Second
)

// conductor is a run.
type conductor struct {
	Options
	dir     string
	rand    *rand.Rand
	report  *Report
	history history
	show    *display
}

// Run tortures. It returns an error if that could not be carried out; what it found is in the report. It leaves nothing behind.
func Run(ctx context.Context, o Options) (*Report, error) {
	dir, err := os.MkdirTemp(o.Dir, "mmring-torture-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a place for the rings: %w; set $MMRING_DIR to a directory you may write", err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // consumers of another user read there too
		return nil, err
	}
	c := &conductor{Options: o, dir: dir, rand: rand.New(rand.NewPCG(o.Seed, spread)), report: newReport(o)}
	c.show = newDisplay(o.Progress, o.Columns)
	defer c.show.close()
	began := time.Now()
	c.history.began = began
	length := max(min(longestRound, o.Duration/fewestRounds), shortestRound)
	for i := 0; time.Since(began) < o.Duration && ctx.Err() == nil && c.report.Violation == nil; i++ {
		if err := c.round(ctx, i, min(length, max(o.Duration-time.Since(began), shortestRound))); err != nil {
			return nil, err
		}
	}
	c.report.conclude(time.Since(began))
	return c.report, ctx.Err()
}

// round tortures one ring. What is wrong with the ring goes to the report; an error is something else.
func (c *conductor) round(ctx context.Context, i int, length time.Duration) error {
	config := shapes[i%len(shapes)]
	config.Path, config.Seed = fmt.Sprintf("%s/ring%d", c.dir, i), c.rand.Uint64()
	r := &round{conductor: c, ringConfig: config, until: time.Now().Add(length)}
	var err error
	if r.board, r.boardFile, err = newBoard(c.dir); err != nil {
		return err
	}
	defer r.clear()
	c.history.add("ring %d: %v", i, &config)
	c.report.Rings++
	err = r.run(ctx)
	r.collect()
	if err != nil && ctx.Err() == nil {
		c.report.Violation = &Violation{Text: err.Error(), Ring: config.String(), History: c.history.lines()}
	}
	return nil
}
