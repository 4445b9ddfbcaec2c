//go:build linux

package main

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestTorture: nothing is violated, and what is to happen does. On a slow machine that takes more than one run.
func TestTorture(t *testing.T) {
	dir := ringDir(t)
	missing := []string{"published", "received", "lost", "joins", "claims_aborted", "batches", "acks", "latest"}
	killed := map[string]bool{}
	for range 20 {
		r := tortured(t)
		missing = slices.DeleteFunc(missing, func(key string) bool { return r.Counts[key] > 0 })
		for who, when := range r.Kills {
			killed[who] = killed[who] || len(when) > 0
		}
		if len(missing) == 0 && killed["producer"] && killed["consumer"] {
			break
		}
	}
	if len(missing) > 0 || !killed["producer"] || !killed["consumer"] {
		t.Errorf("no %v; killed %v", missing, killed)
	}
	empty(t, dir)
}

// outcome is what a torture says as JSON.
type outcome struct {
	Seed      uint64
	OK        bool
	Counts    map[string]uint64
	Kills     map[string]map[string]uint64
	Violation *struct{ Text string }
}

// tortured is what comes of a short torture.
func tortured(t *testing.T) (r outcome) {
	t.Helper()
	p := start(t, nil, "torture", "--duration", "4s", "--seed", "5", "--json")
	status := p.wait()
	if err := json.Unmarshal([]byte(p.out.String()), &r); err != nil {
		t.Fatalf("%v; status %d; %s", err, status, &p.err)
	}
	if status != 0 || !r.OK || r.Violation != nil || r.Seed != 5 {
		t.Fatalf("status %d\n%s", status, &p.out)
	}
	return r
}

// TestTortureInterrupted, and ended in other ways: no files and no processes are left.
func TestTortureInterrupted(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		dir := ringDir(t)
		p := start(t, nil, "torture", "--duration", "1m")
		var workers []int
		eventually(t, "there are workers", func() bool { workers = childrenOf(t, p.Process.Pid); return len(workers) > 4 })
		p.signal(s)
		if status := p.wait(); s != syscall.SIGKILL && (status != 1 || !strings.Contains(p.err.String(), "interrupted")) {
			t.Errorf("%v: status %d; %s", s, status, &p.err)
		}
		for _, worker := range workers {
			gone(t, worker)
		}
		eventually(t, "the files are gone", func() bool { left, _ := os.ReadDir(dir); return len(left) == 0 })
	}
}

func TestTortureUsage(t *testing.T) {
	p := start(t, nil, "torture", "--duration", "1ms")
	if status := p.wait(); status != 2 || !strings.Contains(p.err.String(), "too short") {
		t.Errorf("status %d; %s", status, &p.err)
	}
}
