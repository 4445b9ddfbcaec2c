//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mmring/mmring/cmd/internal/demo"
)

func TestDemo(t *testing.T) {
	dir := ringDir(t)
	p := start(t, nil, "demo", "--duration", "1s", "--json").succeeds()
	var r demo.Report
	if err := json.Unmarshal([]byte(p.out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if !r.OK || r.Ratio <= 0 || r.Ring.Published == 0 || r.Socket.Published == 0 ||
		len(r.Ring.Consumers) != 3 || len(r.Socket.Consumers) != 3 {
		t.Errorf("%+v", r)
	}
	for i, c := range r.Ring.Consumers {
		lossy := i == 2
		if (c.Mode == "lossy") != lossy || c.Received+c.Lost != r.Ring.Published || !lossy && c.Lost != 0 ||
			c.Rate <= 0 || c.Latency.P50 <= 0 || c.Latency.P50 > c.Latency.P99 || c.Latency.P99 > c.Latency.Max {
			t.Errorf("%+v", c)
		}
	}
	for _, field := range []string{"received", "lost", "rate", "p50_ns", "p99_ns", "max_ns", "ratio", "mode"} {
		if !strings.Contains(p.out.String(), `"`+field+`"`) {
			t.Errorf("no field %q", field)
		}
	}
	empty(t, dir)
}

func TestDemoForPeople(t *testing.T) {
	dir := ringDir(t)
	p := start(t, nil, "demo", "--duration", "500ms", "--consumers", "1", "--size", "1001").succeeds()
	for _, part := range []string{
		"1001 bytes", "one consumer process", "lossless", "latency", "intact and in order", "Unix sockets", "times as fast",
	} {
		if !strings.Contains(p.out.String(), part) {
			t.Errorf("%q is not in\n%s", part, &p.out)
		}
	}
	if strings.Contains(p.out.String(), "lossy") {
		t.Error("one consumer is enough for lossless only")
	}
	empty(t, dir)
}

// TestDemoInterrupted, and ended in other ways: no files and no processes are left.
func TestDemoInterrupted(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		dir := ringDir(t)
		p := start(t, nil, "demo", "--duration", "1m")
		children := started(t, p, 4)
		p.signal(s)
		if status := p.wait(); s != syscall.SIGKILL && status != 1 {
			t.Errorf("%v: status %d; %s", s, status, &p.err)
		}
		for _, child := range children {
			gone(t, child)
		}
		eventually(t, "the demo's files are gone", func() bool { left, _ := os.ReadDir(dir); return len(left) == 0 })
	}
}

func TestDemoLosesAProcess(t *testing.T) {
	dir := ringDir(t)
	p := start(t, nil, "demo", "--duration", "1m")
	syscall.Kill(started(t, p, 4)[2], syscall.SIGKILL)
	if status := p.wait(); status != 1 || !strings.Contains(p.err.String(), "process") || !strings.Contains(p.err.String(), "killed") {
		t.Errorf("status %d; %s", status, &p.err)
	}
	empty(t, dir)
}

// started waits until a process has n children.
func started(t *testing.T, p *process, n int) (children []int) {
	t.Helper()
	eventually(t, "there are processes", func() bool {
		children = childrenOf(t, p.Process.Pid)
		return len(children) == n
	})
	return children
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
