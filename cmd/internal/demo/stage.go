package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
)

// stage is one transport's part of the demo: a producer process, parts[0], and its consumers.
type stage struct {
	program []string
	parts   []Part
}

// run starts all processes and waits for them. If one fails the others are ended.
func (s *stage) run(ctx context.Context, show *display) (Transported, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	show.begin(s.parts)
	results := make([]told, len(s.parts))
	var all sync.WaitGroup
	for i := range s.parts {
		all.Go(func() {
			err := s.process(ctx, i, func(t told) {
				if t.Progress != nil {
					show.update(i, *t.Progress)
				} else {
					results[i] = t
				}
			})
			if err != nil {
				fail(fmt.Errorf("%s failed: %w", s.parts[i].name(), err))
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return Transported{}, err
	}
	return s.report(results), nil
}

// process runs one part in a process of its own and hears what it tells.
func (s *stage) process(ctx context.Context, i int, hear func(told)) error {
	var complaint bytes.Buffer
	cmd, err := s.command(ctx, i)
	if err != nil {
		return err
	}
	cmd.Stderr = &complaint
	lifeline, inErr := cmd.StdinPipe() // open while this process lives
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return err
	}
	defer lifeline.Close()
	if err := cmd.Start(); err != nil {
		return err
	}
	last := listen(out, hear)
	err = cmd.Wait()
	switch {
	case last.Failed != "":
		return errors.New(last.Failed)
	case err != nil:
		firstLine, _, _ := strings.Cut(complaint.String(), "\n")
		return errors.New(strings.TrimSpace(err.Error() + " " + firstLine))
	case last.Sent == nil && last.Received == nil:
		return errors.New("it ended without a result")
	}
	return nil
}

func (s *stage) command(ctx context.Context, i int) (*exec.Cmd, error) {
	part, err := json.Marshal(s.parts[i])
	if err != nil {
		return nil, err
	}
	args := append(s.program[1:len(s.program):len(s.program)], string(part))
	return exec.CommandContext(ctx, s.program[0], args...), nil
}

// listen hears a process to its end, and returns the last it told.
func listen(out io.Reader, hear func(told)) (last told) {
	for decoder := json.NewDecoder(out); ; {
		var t told
		if decoder.Decode(&t) != nil {
			return last
		}
		last = t
		hear(t)
	}
}

// report puts the results of the processes together.
func (s *stage) report(results []told) Transported {
	sent := results[0].Sent
	t := Transported{Published: sent.Messages, Seconds: sent.Full.Seconds(), Rate: float64(sent.AtFull) / sent.Full.Seconds()}
	for i, p := range s.parts[1:] {
		t.Consumers = append(t.Consumers, consumed(p, sent, results[i+1].Received))
	}
	return t
}
