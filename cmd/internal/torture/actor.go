package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// actor is one place among a ring's workers: the producer, or a consumer that comes and goes. At most one process has it at a time.
type actor struct {
	part part
	slot *slot
	proc *process // nil: none

	stoppedUntil time.Time // not zero: it was sent SIGSTOP
	heldUntil    time.Time // not zero: it holds at a chosen instant
	back         time.Time // when to start another process
	leaving      bool      // it was told to end
	doomed       phase     // in which the next process is to kill itself; 0: none
	watch        watch
}

// process is a worker's process.
type process struct {
	cmd       *exec.Cmd
	lifeline  io.Closer // open while this process lives
	complaint bytes.Buffer
	heard     chan told // what it says at its end; closed then
	ended     atomic.Bool
}

// begin starts a process for the actor.
func (a *actor) begin(program []string, board *os.File) error {
	text, err := json.Marshal(&a.part)
	if err != nil {
		return err
	}
	a.slot.renew()
	a.slot.fate.Store(fateKill)
	a.slot.doom.Store(uint64(a.doomed))
	a.doomed = 0
	p := &process{heard: make(chan told, 1)}
	p.cmd = exec.Command(program[0], append(program[1:len(program):len(program)], string(text))...)
	p.cmd.Stderr, p.cmd.ExtraFiles = &p.complaint, []*os.File{board}
	prepare(p.cmd, a.part.ReadOnly)
	if p.lifeline, err = p.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start a worker: %w", err)
	}
	go p.listen(out)
	a.proc, a.leaving, a.back, a.watch = p, false, time.Time{}, watch{}
	a.stoppedUntil, a.heldUntil = time.Time{}, time.Time{}
	return nil
}

// listen hears a process to its end.
func (p *process) listen(out io.Reader) {
	var t told
	json.NewDecoder(out).Decode(&t)
	io.Copy(io.Discard, out)
	p.heard <- t
	close(p.heard)
	p.ended.Store(true)
}

// signal sends a signal. The process exists: it was not reaped.
func (p *process) signal(s os.Signal) {
	if p.cmd.Process != nil {
		p.cmd.Process.Signal(s)
	}
}

// reap ends the process's life as a zombie, and says what was wrong with it if nobody killed it.
func (p *process) reap(killed bool) error {
	t := <-p.heard
	err := p.cmd.Wait()
	p.lifeline.Close()
	switch {
	case t.Violation != "":
		return fmt.Errorf("%s", t.Violation)
	case err != nil && !killed:
		return fmt.Errorf("ended by itself: %s", strings.TrimSpace(err.Error()+"\n"+p.complaint.String()))
	}
	return nil
}

// die kills the process and returns when it is dead, though not reaped.
func (a *actor) die() (*process, error) {
	p := a.proc
	p.cmd.Process.Kill()
	a.proc = nil
	return p, awaitDeath(p.cmd.Process.Pid)
}

// phase is what the process is doing, or was when it was killed.
func (a *actor) phase() phase { return phase(a.slot.phase.Load()) }

func (a *actor) tell(o order) { a.slot.order.Store(uint64(o)) }

// free reports whether the process runs, and neither holds nor was told to end.
func (a *actor) free() bool {
	return a.proc != nil && !a.leaving && a.stoppedUntil.IsZero() && a.heldUntil.IsZero()
}
