//go:build linux

// Package lab runs the benchmark: it plans the cells, starts the processes of each, leads them through it, and gathers what
// they have found.
package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/mmring/mmring/bench/internal/worker"
)

// process is a worker process, seen from its parent.
type process struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	steps   *json.Encoder
	replies *json.Decoder
	stderr  bytes.Buffer
}

// start runs this program again as a worker, with the files as its descriptors from 3 on. It is killed when ctx is done.
func start(ctx context.Context, files []*os.File) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &process{cmd: exec.CommandContext(ctx, self)}
	p.cmd.Env = append(os.Environ(), worker.Variable+"=1", "GORACE=atexit_sleep_ms=0")
	p.cmd.ExtraFiles = files
	p.cmd.Stderr = &p.stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdin, p.steps, p.replies = stdin, json.NewEncoder(stdin), json.NewDecoder(stdout)
	return p, p.cmd.Start()
}

// take lets the worker take one step and returns its reply.
func (p *process) take(s worker.Step) (r worker.Reply, err error) {
	if err := p.steps.Encode(s); err != nil {
		return r, p.died(err)
	}
	if err := p.replies.Decode(&r); err != nil {
		return r, p.died(err)
	}
	if r.Error != "" {
		return r, errors.New(r.Error)
	}
	return r, nil
}

// died says why a worker does not answer.
func (p *process) died(err error) error {
	p.cmd.Wait()
	said, _, _ := strings.Cut(strings.TrimSpace(p.stderr.String()), "\n")
	if said == "" {
		said = err.Error()
	}
	return fmt.Errorf("a process of it ended (%v): %s", p.cmd.ProcessState, said)
}

// end lets the worker go: it ends when its input does.
func (p *process) end() {
	p.stdin.Close()
	p.cmd.Wait()
}

// each lets all of them take the same step at once. The first failure cancels the others, which may wait for who has failed.
func each(processes []*process, s worker.Step, cancel func()) ([]worker.Reply, error) {
	replies := make([]worker.Reply, len(processes))
	var once sync.Once
	var first error
	var all sync.WaitGroup
	for i, p := range processes {
		all.Go(func() {
			var err error
			if replies[i], err = p.take(s); err != nil {
				once.Do(func() { first = err; cancel() })
			}
		})
	}
	all.Wait()
	return replies, first
}
