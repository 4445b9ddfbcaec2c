//go:build linux

package lab

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
	"github.com/mmring/mmring/bench/internal/worker"
)

// deaf watches nothing.
type deaf struct{}

func (deaf) Running(result.Cell, int, int) {}
func (deaf) Probed(limit.Limit)            {}

// shortly is a lab that measures these cells, as briefly as can be.
func shortly(t *testing.T, cells ...result.Cell) *lab {
	o := Quick()
	o.Window = 5 * time.Millisecond
	l := &lab{
		setting: setting{Options: o, cpus: machine.CPUs()}, ctx: t.Context(), watcher: deaf{},
		traced: func() uint64 { return 0 }, file: new(result.File),
	}
	for _, c := range cells {
		l.file.Rows = append(l.file.Rows, &result.Row{Cell: c})
	}
	l.group()
	return l
}

func TestFailureIsARow(t *testing.T) {
	l := shortly(t,
		result.Cell{Scenario: result.Latency, Transport: "carrier-pigeon", Size: 64, Consumers: 1},
		result.Cell{Scenario: result.Latency, Transport: "unix-stream", Size: 64, Consumers: 1},
	)
	if err := l.round(0); err != nil {
		t.Fatal(err)
	}
	l.finish()
	failed, measured := l.file.Rows[0], l.file.Rows[1]
	if !strings.Contains(failed.Failure, "carrier-pigeon") || len(failed.Runs) != 0 {
		t.Errorf("the row of a transport that does not exist says %q", failed.Failure)
	}
	if measured.Failure != "" || !measured.Has(result.Trip) {
		t.Errorf("the row after it has no figures: %q", measured.Failure)
	}
}

// A packet that no buffer holds fails in the middle, while the receiver waits for it.
func TestRefusedMessageIsARow(t *testing.T) {
	l := shortly(t, result.Cell{Scenario: result.Throughput, Transport: "unix-seqpacket", Size: 16 << 20, Consumers: 1})
	if err := l.round(0); err != nil {
		t.Fatal(err)
	}
	if row := l.file.Rows[0]; row.Failure == "" {
		t.Errorf("a packet of 16 MiB was delivered: %v", row.Runs)
	}
}

func TestKilledProcessIsAnError(t *testing.T) {
	team := newTeam(t.Context(), time.Minute)
	defer team.disband()
	job := worker.Job{Kind: worker.Throughput, Transport: "pipe", Shape: transport.Shape{Size: 64, Consumers: 1}, CPU: -1}
	if err := team.hire(job, nil); err != nil {
		t.Fatal(err)
	}
	team.processes[0].cmd.Process.Kill()
	_, err := team.processes[0].take(worker.Step{Bind: true})
	if err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("got %v, want an error that says how it ended", err)
	}
}

func TestInterruptKeepsWhatThereIs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := Quick()
	o.Only, o.Window = []string{"ladder", "unix-stream", "alone-calls", "alone-memcpy"}, time.Millisecond
	f, err := Run(ctx, o, interrupter{cancel})
	if err != context.Canceled {
		t.Errorf("got %v, want an error that says that it was interrupted", err)
	}
	if !f.Rows[0].Has(result.OneWay) {
		t.Error("the row that was measured before the interrupt is gone")
	}
	if last := f.Rows[len(f.Rows)-1]; last.Failure == "" {
		t.Error("a row that was not measured does not say so")
	}
}

// interrupter interrupts after two cells.
type interrupter struct{ cancel func() }

func (i interrupter) Running(_ result.Cell, done, _ int) {
	if done == 2 {
		i.cancel()
	}
}
func (interrupter) Probed(limit.Limit) {}
