//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mmring/mmring/cmd/internal/human"
)

// TestInterruptEndsTheStream: an interrupted pub closes the stream, so that its consumers end too, in good order.
func TestInterruptEndsTheStream(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		ringDir(t)
		in, typed := pipe(t)
		pub := start(t, in, "pub", "r")
		io.WriteString(typed, "one\n")
		sub := start(t, nil, "sub", "r", "--wait")
		sub.printed("one\n")
		pub.signal(s)
		pub.succeeds()
		sub.succeeds()
		pub.says("published 1 message, 3 bytes")
		sub.says("received 1 message, lost 0")
	}
}

// TestInterruptWhileHeldUp: a pub that waits for a stopped consumer can be interrupted.
func TestInterruptWhileHeldUp(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	sub := start(t, nil, "sub", "r", "--lossless", "--wait")
	pub := start(t, strings.NewReader(numbers(0, 200_000)), "pub", "r", "--capacity", "64K", "--wait-consumers", "1")
	stopWithFullRing(t, sub, path)
	pub.signal(os.Interrupt)
	pub.succeeds()
	s, ok := look(path)
	if !ok || !s.Closed {
		t.Error("the stream was not ended")
	}
	pub.says(fmt.Sprintf("published %s, ", human.Counted(s.NextSeq, "message")))
}

func TestInterruptWhileWaiting(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	sub := start(t, nil, "sub", "absent", "--wait")
	pub := start(t, nil, "pub", "r", "--wait-consumers", "1")
	eventually(t, "the ring is there", func() bool { _, ok := look(path); return ok })
	for _, p := range []*process{sub, pub} {
		eventually(t, "it catches SIGTERM", func() bool { return catches(t, p, syscall.SIGTERM) })
		p.signal(syscall.SIGTERM)
		p.succeeds()
	}
}

// catches reports whether a process handles a signal by now: one that has only just started dies of it. The Go runtime catches all
// signals; what is not asked for it raises again, so the tool's own handler is known by SIGPIPE, which the tool ignores right after.
func catches(t *testing.T, p *process, s syscall.Signal) bool {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	var caught, ignored uint64
	for line := range strings.Lines(string(status)) {
		fmt.Sscanf(line, "SigCgt: %x", &caught)
		fmt.Sscanf(line, "SigIgn: %x", &ignored)
	}
	return caught&(1<<(s-1)) != 0 && ignored&(1<<(syscall.SIGPIPE-1)) != 0
}

// TestInterruptedSubHasWrittenEverything, and the next of its name goes on after it.
func TestInterruptedSubHasWrittenEverything(t *testing.T) {
	ringDir(t)
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	io.WriteString(typed, "one\n")
	sub := start(t, nil, "sub", "r", "--wait", "--name", "n")
	sub.printed("one\n")
	sub.signal(syscall.SIGTERM)
	sub.succeeds()
	io.WriteString(typed, "two\n")
	start(t, nil, "sub", "r", "--name", "n", "--count", "1").succeeds().printed("two\n")
}

// TestStuckOutput: a sub whose output nobody reads can be interrupted.
func TestStuckOutput(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader(numbers(0, 100_000)), "pub", "r").succeeds()
	out, stuck := pipe(t)
	sub := prepare(t, nil, "sub", "r")
	sub.Stdout = stuck
	sub.start()
	var first [1]byte
	if _, err := out.Read(first[:]); err != nil {
		t.Fatal(err)
	}
	sub.signal(syscall.SIGTERM)
	sub.wait()
}

// TestNobodyReadsAnyMore: mmring sub x | head ends quietly.
func TestNobodyReadsAnyMore(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader(numbers(0, 100_000)), "pub", "r").succeeds()
	for _, args := range [][]string{{"sub", "r"}, {"stat", "r"}, {"ls"}, {"--help"}} {
		out, closed := pipe(t)
		out.Close()
		p := prepare(t, nil, append(args, "--quiet")...)
		if args[0] != "sub" {
			p = prepare(t, nil, args...)
		}
		p.Stdout = closed
		p.start().succeeds()
		if p.err.String() != "" {
			t.Errorf("%v says %q", args, &p.err)
		}
	}
}
