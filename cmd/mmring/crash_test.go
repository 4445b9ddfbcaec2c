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
	"time"
)

// numbers is n lines that count from the number given.
func numbers(from, n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintln(&text, from+i)
	}
	return text.String()
}

// TestProducerKilledMidStream: what it committed is neither lost nor repeated, and the next one goes on after it.
func TestProducerKilledMidStream(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	subs := []*process{start(t, nil, "sub", "r", "--lossless", "--wait"), start(t, nil, "sub", "r", "--wait", "--lossless")}
	in, endless := pipe(t)
	go io.WriteString(endless, numbers(0, 3_000_000)) // until the test closes the pipe
	first := start(t, in, "pub", "r", "--capacity", "64K", "--wait-consumers", "2")
	eventually(t, "much was published", func() bool { s, _ := look(path); return s.NextSeq > 20_000 })
	first.kill()
	s, ok := look(path)
	if !ok || s.ProducerAlive || s.Closed {
		t.Fatalf("after the kill: ok %v, alive %v, closed %v", ok, s.ProducerAlive, s.Closed)
	}
	committed, more := int(s.NextSeq), 50_000
	second := start(t, strings.NewReader(numbers(committed, more)), "pub", "r").succeeds()
	second.says(fmt.Sprintf("resuming the stream at message %d\n", committed))
	want := numbers(0, committed+more)
	for i, sub := range subs {
		if sub.succeeds(); sub.out.String() != want {
			t.Errorf("consumer %d: got %d bytes, want %d", i, len(sub.out.String()), len(want))
		}
	}
}

// TestProducerGoneIsSaid: somebody who waits for messages wants to know why none come.
func TestProducerGoneIsSaid(t *testing.T) {
	ringDir(t)
	in, typed := pipe(t)
	pub := start(t, in, "pub", "r")
	io.WriteString(typed, "one\n")
	sub := start(t, nil, "sub", "r", "--wait")
	sub.printed("one\n")
	pub.kill()
	sub.says("the producer is gone without ending the stream")
	start(t, strings.NewReader("two\n"), "pub", "r").succeeds()
	if sub.succeeds(); sub.out.String() != "one\ntwo\n" {
		t.Errorf("got %q", &sub.out)
	}
}

// TestKilledConsumerHoldsNobodyUp: the ring is full and its only lossless reader is stopped, then killed.
func TestKilledConsumerHoldsNobodyUp(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	sub := start(t, nil, "sub", "r", "--lossless", "--wait")
	pub := start(t, strings.NewReader(numbers(0, 200_000)), "pub", "r", "--capacity", "64K", "--wait-consumers", "1")
	stopWithFullRing(t, sub, path)
	began := time.Now()
	sub.kill()
	pub.succeeds()
	t.Logf("done %v after the kill", time.Since(began))
}

// stopWithFullRing stops a lossless consumer and waits until the producer waits for it.
func stopWithFullRing(t *testing.T, sub *process, path string) {
	t.Helper()
	attached(t, path, 1)
	sub.signal(syscall.SIGSTOP)
	var before uint64
	since := time.Now()
	eventually(t, "the producer waits", func() bool {
		s, _ := look(path)
		if s.NextSeq != before || s.NextSeq == 0 {
			before, since = s.NextSeq, time.Now()
		}
		return time.Since(since) > 100*time.Millisecond
	})
}

// TestStalledConsumerIsMadeLossy: a stopped one does not hold the producer up beyond the deadline, and is told.
func TestStalledConsumerIsMadeLossy(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	const lines = 200_000
	sub := start(t, nil, "sub", "r", "--lossless", "--wait")
	in, typed := pipe(t)
	pub := start(t, in, "pub", "r", "--capacity", "64K", "--wait-consumers", "1", "--stall-deadline", "200ms")
	attached(t, path, 1)
	sub.halt()
	io.WriteString(typed, numbers(0, lines))
	typed.Close()
	pub.succeeds()
	sub.signal(syscall.SIGCONT)
	sub.succeeds()
	received, lost := strings.Count(sub.out.String(), "\n"), lostIn(t, sub.err.String())
	if !strings.Contains(sub.err.String(), "made lossy") || received+lost != lines {
		t.Errorf("received %d + lost %d != %d; told: %s", received, lost, lines, &sub.err)
	}
}

// TestNamedConsumerSkipsNothing: killed and started again several times, what it printed in all has every line, in
// order but for the repetition of what it had not acknowledged. The ring has room for all, so that nothing is overwritten meanwhile.
func TestNamedConsumerSkipsNothing(t *testing.T) {
	ringDir(t)
	const lines, lives = 110_000, 5
	start(t, strings.NewReader(numbers(0, lines)), "pub", "r", "--capacity", "8M").succeeds()
	next := 0
	for life := range lives {
		out, in := pipe(t)
		narrow(t, in)
		sub := prepare(t, nil, "sub", "r", "--name", "n", "--lossless")
		sub.Stdout = in
		sub.start()
		in.Close()
		var printed strings.Builder
		if life < lives-1 {
			io.CopyN(&printed, out, 70_000) // it is in the midst of its second write of 64 KiB
			sub.kill()
		}
		io.Copy(&printed, out)
		next = continues(t, next, printed.String())
	}
	if next != lines {
		t.Errorf("the last line is %d, want %d", next-1, lines-1)
	}
}

// narrow makes a pipe hold one page, so that a write of more ends only when almost all of it is read.
func narrow(t *testing.T, end *os.File) {
	t.Helper()
	const setPipeSize = 1031 // F_SETPIPE_SZ
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, end.Fd(), setPipeSize, 4096); errno != 0 {
		t.Fatal(errno)
	}
}

// continues checks that printed lines count on without a gap from next or, at most 64 KiB of them, from before it.
func continues(t *testing.T, next int, printed string) int {
	t.Helper()
	repeated, follows := 0, -1
	for line := range strings.Lines(printed) {
		var n int
		if _, err := fmt.Sscan(line, &n); err != nil || !strings.HasSuffix(line, "\n") {
			break // cut off by the kill
		}
		if n > next || follows >= 0 && n != follows {
			t.Fatalf("line %d is where %d should be, or %d", n, next, follows)
		}
		if n < next {
			repeated += len(line)
		}
		follows, next = n+1, max(next, n+1)
	}
	if repeated > 64<<10+16 {
		t.Errorf("%d bytes were repeated", repeated)
	}
	return next
}
