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
)

// tagged makes a ring with the messages 0, 1, 2... of the tags given, and returns its path.
func tagged(t *testing.T, tags ...int) string {
	t.Helper()
	path := filepath.Join(ringDir(t), "r")
	for i, tag := range tags {
		start(t, strings.NewReader(fmt.Sprintln(i)), "pub", path, "--tag", fmt.Sprint(tag)).succeeds()
	}
	return path
}

func TestFilter(t *testing.T) {
	path := tagged(t, 7, 0, 15, 7, 4294967295)
	for _, c := range []struct{ args, want, says string }{
		{"--filter tag=7", "0\n3\n", "received 5 messages, printed 2, lost 0"},
		{"--filter tag=0,10-20", "1\n2\n", "printed 2"},
		{"--filter tag=0 --filter tag=10-20", "1\n2\n", "printed 2"},
		{"--filter tag=16-", "4\n", "printed 1"},
		{"--filter tag=8", "", "printed 0"},
		{"--filter tag=7 --count 1", "0\n", "printed 1"},
		{"--filter tag=7 --from last:2 --json", `{"seq":3,"tag":7,"payload":"3"}` + "\n", "received 2 messages, printed 1"},
		{"", "0\n1\n2\n3\n4\n", "received 5 messages, lost 0"},
	} {
		p := start(t, nil, append([]string{"sub", path}, strings.Fields(c.args)...)...).succeeds()
		if p.out.String() != c.want || !strings.Contains(p.err.String(), c.says) {
			t.Errorf("%s: %q; %s", c.args, &p.out, &p.err)
		}
	}
}

// TestFilteredCountsAsRead: what a named consumer does not print it does not see again, and does not hold the producer up with.
func TestFilteredCountsAsRead(t *testing.T) {
	ringDir(t)
	sub := start(t, nil, "sub", "r", "--wait", "--lossless", "--name", "n", "--filter", "tag=1")
	in := strings.NewReader(numbers(0, 200_000))
	start(t, in, "pub", "r", "--capacity", "64K", "--wait-consumers", "1").succeeds() // many times round the ring
	sub.succeeds()
	sub.says("received 200,000 messages, printed 0, lost 0")
	start(t, nil, "sub", "r", "--name", "n").succeeds().says("received 0 messages")
}

func TestFormat(t *testing.T) {
	path := tagged(t, 7, 8)
	for format, want := range map[string]string{
		`%o %t %s\n`: "0 7 0\n1 8 1\n",
		`%j\t%S\0`:   "\"0\"\t1\x00\"1\"\t1\x00",
		`x`:          "xx",
	} {
		start(t, nil, "sub", path, "--format", format).succeeds().printed(want)
	}
}

func TestPrintUsage(t *testing.T) {
	ringDir(t)
	for _, args := range []string{"--format %y", "--format %s --json", "--format %s --frame nul", "--filter 7", "--filter tag=", "--filter tag=9-1"} {
		p := start(t, nil, append([]string{"sub", "r"}, strings.Fields(args)...)...)
		if p.wait() != 2 || p.out.String() != "" {
			t.Errorf("%s: status %d: %s", args, p.wait(), &p.err)
		}
	}
}

// TestHead: sub | head -1 ends with status 0 and without a word, both when there is more to write and when there is nothing.
func TestHead(t *testing.T) {
	for name, lines := range map[string]int{"much": 200_000, "little": 1} {
		t.Run(name, func(t *testing.T) {
			ringDir(t)
			in, typed := pipe(t)
			start(t, in, "pub", "r", "--capacity", "16M") // and it goes on
			if _, err := io.WriteString(typed, numbers(0, lines)); err != nil {
				t.Fatal(err)
			}
			out, into := pipe(t)
			sub := prepare(t, nil, "sub", "r", "--wait", "--lossless")
			sub.Stdout = into
			sub.start()
			into.Close()
			var first [1]byte
			if _, err := out.Read(first[:]); err != nil || first[0] != '0' {
				t.Fatalf("%q, %v", first, err)
			}
			out.Close()
			sub.succeeds()
			if sub.err.String() != "" {
				t.Errorf("it says %q", &sub.err)
			}
		})
	}
}

// TestNoRoom: whatever cannot be written is a failure, of the help too.
func TestNoRoom(t *testing.T) {
	tagged(t, 7)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range []string{"", "--help", "sub --help", "help sub", "completion", "completion bash", "man", "version", "--version", "ls", "ls --json", "stat r", "stat r --json",
		"sub r", "sub r --json", "read r", "top --once", "top --json", "check r", "check r --json", "dump r", "dump r --header"} {
		p := prepare(t, nil, strings.Fields(args)...)
		p.Stdout = full
		if status := p.start().wait(); status != 1 || !strings.Contains(p.err.String(), ": cannot write to standard output: no space left on device; ") {
			t.Errorf("%s: status %d: %s", args, status, &p.err)
		}
	}
}

// TestLineByLineToATerminal: each line is written by itself, so that what the terminal has taken is acknowledged although it does not
// take the rest.
func TestLineByLineToATerminal(t *testing.T) {
	path := tenThousandLines(t)
	_, tool := terminal(t) // which nobody reads: it takes some 4 KiB
	sub := prepare(t, nil, "sub", path, "--name", "n")
	sub.Stdout = tool
	sub.start()
	eventually(t, "what was written is acknowledged", func() bool { s, _ := look(path); return len(s.Consumers) == 1 && s.Consumers[0].NextSeq > 100 })
	if s, _ := look(path); s.Consumers[0].Lag.Messages < 5_000 {
		t.Errorf("%+v", s.Consumers[0])
	}
}

// TestBlockByBlockElsewhere: to anything but a terminal many lines are one write, as long as there are many.
func TestBlockByBlockElsewhere(t *testing.T) {
	path := tenThousandLines(t)
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET, 0) // keeps writes apart
	if err != nil {
		t.Fatal(err)
	}
	tool := os.NewFile(uintptr(ends[1]), "tool")
	defer syscall.Close(ends[0])
	sub := prepare(t, nil, "sub", path)
	sub.Stdout = tool
	sub.start()
	tool.Close()
	var sizes []int
	for buffer := make([]byte, 4*sinkBuffer); ; {
		n, err := syscall.Read(ends[0], buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
		sizes = append(sizes, n)
	}
	sub.succeeds()
	if len(sizes) != 2 || sizes[0] < sinkBuffer { // 88,890 bytes
		t.Errorf("%d writes, the first of %d bytes", len(sizes), sizes[0])
	}
}

// tenThousandLines makes a ring of that many messages whose stream has ended.
func tenThousandLines(t *testing.T) string {
	t.Helper()
	path := filepath.Join(ringDir(t), "r")
	in := strings.NewReader(strings.Repeat("12345678\n", 10_000))
	start(t, in, "pub", path).succeeds()
	return path
}
