//go:build linux

package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Variable in the environment that makes a process a worker.
const Variable = "MMRING_BENCH_WORKER"

// firstInherited is the number of the first descriptor that a child is given.
const firstInherited = 3

// Main does a worker's work and ends the process, if this is a worker. Otherwise it returns at once.
func Main() {
	if os.Getenv(Variable) == "" {
		return
	}
	runtime.LockOSThread()
	w := &worker{replies: json.NewEncoder(os.Stdout)}
	for step := range steps(os.Stdin) {
		w.answer(w.take(step))
	}
	os.Exit(0)
}

// steps reads what the parent says. When the parent is gone the process ends, whatever it is waiting for.
func steps(from io.Reader) <-chan Step {
	all := make(chan Step)
	go func() {
		in := json.NewDecoder(from)
		for {
			var s Step
			if in.Decode(&s) != nil {
				os.Exit(0)
			}
			all <- s
		}
	}()
	return all
}

type worker struct {
	job     *Job
	parties []*party
	replies *json.Encoder
}

func (w *worker) answer(r Reply, err error) {
	if err != nil {
		r.Error = err.Error()
	}
	w.replies.Encode(r)
}

// take takes one step.
func (w *worker) take(s Step) (r Reply, err error) {
	switch {
	case s.Job != nil:
		return r, w.begin(s.Job)
	case s.Bind:
		for _, p := range w.parties {
			if err := p.bind(s.Address); err != nil {
				return r, err
			}
			r.Address = p.address()
		}
	case s.Attach:
		for _, p := range w.parties {
			err = errors.Join(err, p.attach())
		}
	case w.job.Kind == Limit:
		return probe(w.job.Parties[0], *s.Schedule)
	case w.job.Kind == Alone:
		r.Outcomes = make([]Outcome, 1)
		r.Outcomes[0], err = alone(w.job, *s.Schedule)
	default:
		r.Outcomes, err = w.run(*s.Schedule)
	}
	return r, err
}

func (w *worker) begin(job *Job) error {
	if job.CPU >= 0 {
		machine.Pin(job.CPU) // or run unpinned where that is not permitted
	}
	w.job = job
	if job.Kind == Limit || job.Kind == Alone {
		return nil
	}
	t := transport.ByName(job.Transport)
	if t == nil {
		return fmt.Errorf("no transport named %q", job.Transport)
	}
	for _, number := range job.Parties {
		w.parties = append(w.parties, newParty(job, t, number))
	}
	return nil
}

// run lets the parties do their part, beside each other if there are several.
func (w *worker) run(s Schedule) ([]Outcome, error) {
	outcomes := make([]Outcome, len(w.parties))
	failures := make([]error, len(w.parties))
	if len(w.parties) == 1 {
		outcomes[0], failures[0] = w.parties[0].run(s) // on this thread, which is the driver's own
		return outcomes, failures[0]
	}
	var all sync.WaitGroup
	for i, p := range w.parties {
		all.Go(func() { outcomes[i], failures[i] = p.run(s) })
	}
	all.Wait()
	return outcomes, errors.Join(failures...)
}

// probe plays one side of the limit probe, over the memory that it inherits.
func probe(party int, s Schedule) (r Reply, err error) {
	memory, err := unix.Mmap(firstInherited, 0, limit.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return r, err
	}
	defer unix.Munmap(memory)
	if party == 0 {
		r.Limit = limit.Lead(memory, s.length())
		return r, nil
	}
	limit.Follow(memory)
	return r, nil
}
