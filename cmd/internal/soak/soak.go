// Package soak runs a ring for a long time at a moderate rate, and sees whether anything grows: memory, descriptors, latency. It is light on
// the CPU, so that it can run beside other work.
package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Options say how to soak.
type Options struct {
	Duration time.Duration
	Interval time.Duration // between two rows of the report
	Rate     int           // messages a second
	Program  []string      // the command line that plays a part: its last argument is added
	Dir      string        // where the ring's files go
	Progress func(Row)     // is given each row as it is complete; may be nil
}

// roles are the processes of a soak. The first one sends.
var roles = []string{producing, sleeping, spinning}

const (
	producing = "producer"
	sleeping  = "sleeper"
	spinning  = "spinner"
)

// Part is what one process does.
type Part struct {
	Role     string
	Ring     string
	Duration time.Duration
	Interval time.Duration
	Rate     int
}

// Run soaks a ring of its own.
func Run(ctx context.Context, o Options) (*Report, error) {
	dir, err := os.MkdirTemp(o.Dir, "mmring-soak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	rows := collector{tell: o.Progress}
	var all sync.WaitGroup
	for _, role := range roles {
		part := Part{role, filepath.Join(dir, "ring"), o.Duration, o.Interval, o.Rate}
		all.Go(func() {
			if err := play(ctx, o.Program, part, rows.add); err != nil {
				fail(fmt.Errorf("the %s: %w", role, err))
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return judge(rows.complete(), o), nil
}

// play runs one part in a process of its own and hears what it tells.
func play(ctx context.Context, program []string, part Part, hear func(role string, s Sample)) error {
	text, err := json.Marshal(part)
	if err != nil {
		return err
	}
	args := append(program[1:len(program):len(program)], string(text))
	cmd := exec.CommandContext(ctx, program[0], args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	lifeline, inErr := cmd.StdinPipe() // open while this process lives
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		return err
	}
	defer lifeline.Close()
	for told := json.NewDecoder(out); ; {
		var s Sample
		if told.Decode(&s) != nil {
			break
		}
		hear(part.Role, s)
	}
	if err := cmd.Wait(); err != nil {
		firstLine, _, _ := strings.Cut(complaint.String(), "\n")
		return errors.New(strings.TrimSpace(err.Error() + ": " + firstLine))
	}
	return nil
}

// Row is one interval, as all processes saw it.
type Row struct {
	Seconds  float64 `json:"seconds"` // since the beginning, at its end
	Producer Sample  `json:"producer"`
	Sleeper  Sample  `json:"sleeper"`
	Spinner  Sample  `json:"spinner"`
}

// Memory is what all processes have resident, in bytes.
func (r *Row) Memory() uint64 { return r.Producer.Memory + r.Sleeper.Memory + r.Spinner.Memory }

// Descriptors is how many all processes have open.
func (r *Row) Descriptors() int {
	return r.Producer.Descriptors + r.Sleeper.Descriptors + r.Spinner.Descriptors
}

// collector puts samples of the processes together into rows.
type collector struct {
	sync.Mutex
	tell    func(Row)
	samples [3][]Sample
	told    int
}

func (c *collector) add(role string, s Sample) {
	c.Lock()
	defer c.Unlock()
	for i, name := range roles {
		if name == role {
			c.samples[i] = append(c.samples[i], s)
		}
	}
	for _, row := range c.rows()[c.told:] {
		if c.told++; c.tell != nil {
			c.tell(row)
		}
	}
}

func (c *collector) complete() []Row {
	c.Lock()
	defer c.Unlock()
	return c.rows()
}

func (c *collector) rows() (rows []Row) {
	for i := range min(len(c.samples[0]), len(c.samples[1]), len(c.samples[2])) {
		rows = append(rows, Row{c.samples[0][i].Seconds, c.samples[0][i], c.samples[1][i], c.samples[2][i]})
	}
	return rows
}
