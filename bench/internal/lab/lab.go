//go:build linux

package lab

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/result"
)

// Watcher is told how the benchmark gets on.
type Watcher interface {
	// Running says which run of which cell begins, how many runs are done, and how many there will be.
	Running(c result.Cell, done, all int)
	// Probed says what the hardware allows at this moment.
	Probed(l limit.Limit)
}

// groupOf is how many cells are measured between two probes of the limits, at most.
const groupOf = 24

// lab is a benchmark under way.
type lab struct {
	setting
	ctx     context.Context
	watcher Watcher
	began   time.Time
	file    *result.File
	groups  [][]*result.Row
	done    int
	traced  func() uint64 // the tracepoint of system calls, looked up once; 0: not to be had
}

// Run measures all that the options ask for. Rounds go over all cells in turn, so that a drift of the machine hits all
// alike. When ctx is done it returns what there is by then, with the error.
func Run(ctx context.Context, o Options, w Watcher) (*result.File, error) {
	l := &lab{
		setting: setting{Options: o, cpus: machine.CPUs()}, traced: sync.OnceValue(callEvent),
		ctx: ctx, watcher: w, began: time.Now(),
		file: &result.File{Version: result.Version, Machine: machine.Look()},
	}
	for _, c := range Plan(o, len(l.cpus)) {
		l.file.Rows = append(l.file.Rows, &result.Row{Cell: c})
	}
	if len(l.file.Rows) == 0 {
		return nil, errors.New("nothing to measure: no transport that was asked for suits the scenarios and sizes that were")
	}
	l.group()
	for round := range o.Runs {
		began := time.Now()
		if err := l.round(round); err != nil {
			l.finish()
			return l.file, err
		}
		if o.Budget > 0 && time.Since(l.began)+time.Since(began) > o.Budget {
			break
		}
	}
	l.finish()
	return l.file, nil
}

// group divides the cells into groups of one scenario each.
func (l *lab) group() {
	var scenario result.Scenario
	for _, r := range l.file.Rows {
		last := len(l.groups) - 1
		if last < 0 || r.Scenario != scenario || len(l.groups[last]) == groupOf {
			l.groups = append(l.groups, nil)
			scenario = r.Scenario
			last++
		}
		l.groups[last] = append(l.groups[last], r)
	}
}

// round makes one run of every cell.
func (l *lab) round(number int) error {
	for _, group := range l.groups {
		if err := l.probe(); err != nil {
			return err
		}
		for _, r := range group {
			l.watcher.Running(r.Cell, l.done, len(l.file.Rows)*l.Runs)
			if l.run(r, number); l.ctx.Err() != nil {
				return l.ctx.Err()
			}
			l.done++
		}
	}
	return l.probe()
}

// probe takes a reading of the limits. With one CPU, or where it is not permitted, the figures go without.
func (l *lab) probe() error {
	if len(l.cpus) < 2 {
		return nil
	}
	if found, err := probe(l.ctx, l.cpus); err == nil {
		l.watcher.Probed(found)
		l.file.Probes = append(l.file.Probes, result.Probe{Limit: found, At: time.Since(l.began)})
	}
	return l.ctx.Err()
}
