//go:build linux

package lab

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/mmring/mmring/bench/internal/clock"
	"github.com/mmring/mmring/bench/internal/transport"
	"github.com/mmring/mmring/bench/internal/worker"
)

// patience is how long the processes of a cell may take beyond their schedule before they are given up. It allows for
// a machine that stands still for a while.
const patience = 45 * time.Second

// lead is how long before the start the schedule is announced.
const lead = 3 * time.Millisecond

// team is the processes of one cell.
type team struct {
	ctx       context.Context
	cancel    func()
	processes []*process
	links     []*transport.Wires
}

func newTeam(ctx context.Context, window time.Duration) *team {
	t := new(team)
	t.ctx, t.cancel = context.WithTimeout(ctx, window+patience)
	return t
}

// disband ends every process and removes what they left.
func (t *team) disband() {
	for _, p := range t.processes {
		p.end()
	}
	for _, w := range t.links {
		w.Close()
	}
	t.cancel()
}

// hire starts a process and gives it its job.
func (t *team) hire(job worker.Job, files []*os.File) error {
	p, err := start(t.ctx, files)
	if err != nil {
		return err
	}
	t.processes = append(t.processes, p)
	_, err = p.take(worker.Step{Job: &job})
	return err
}

// link starts the processes of one link, one for each party, and connects them. cpus are the parties' own.
func (t *team) link(tr transport.Transport, job worker.Job, cpus []int) error {
	wires, err := tr.Wire(job.Shape)
	if err != nil {
		return err
	}
	t.links = append(t.links, wires)
	job.Name = wires.Name
	first := len(t.processes)
	if tr.Info().OneProcess {
		job.Parties = nil
		for party := range wires.Parties {
			job.Parties = append(job.Parties, party)
		}
		err = t.hire(job, nil)
	} else {
		err = t.hireParties(job, wires, cpus)
	}
	if err != nil {
		return t.explain(err)
	}
	wires.CloseFiles()
	return t.explain(t.connect(t.processes[first:]))
}

func (t *team) hireParties(job worker.Job, wires *transport.Wires, cpus []int) error {
	for party, w := range wires.Parties {
		job.Parties, job.CPU = []int{party}, cpus[party]
		job.Out, job.In = len(w.Out), w.In != nil
		files := w.Out[:len(w.Out):len(w.Out)]
		if job.In {
			files = append(files, w.In)
		}
		if err := t.hire(job, files); err != nil {
			return err
		}
	}
	return nil
}

// connect makes the senders, the producer's first because others may need its address, then the receivers.
func (t *team) connect(link []*process) error {
	producer, err := link[0].take(worker.Step{Bind: true})
	if err != nil {
		return err
	}
	if _, err := each(link[1:], worker.Step{Bind: true, Address: producer.Address}, t.cancel); err != nil {
		return err
	}
	_, err = each(link, worker.Step{Attach: true}, t.cancel)
	return err
}

// run lets all processes do their work, and returns their replies.
func (t *team) run(warm, window time.Duration) ([]worker.Reply, error) {
	start := clock.Now() + int64(lead)
	from := start + int64(warm)
	s := &worker.Schedule{Start: start, From: from, To: from + int64(window)}
	replies, err := each(t.processes, worker.Step{Schedule: s}, t.cancel)
	return replies, t.explain(err)
}

// explain says so when time was up.
func (t *team) explain(err error) error {
	if err != nil && errors.Is(t.ctx.Err(), context.DeadlineExceeded) {
		return errors.New("it did not end in time and was stopped")
	}
	return err
}
