//go:build linux

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestTorture(t *testing.T) {
	dir := ringDir(t)
	p := start(t, nil, "torture", "--duration", "4s", "--seed", "5", "--json")
	status := p.wait()
	var r struct {
		Seed      uint64
		OK        bool
		Counts    map[string]uint64
		Kills     map[string]map[string]uint64
		Violation *struct{ Text string }
	}
	if err := json.Unmarshal([]byte(p.out.String()), &r); err != nil {
		t.Fatalf("%v; status %d; %s", err, status, &p.err)
	}
	if status != 0 || !r.OK || r.Violation != nil {
		t.Fatalf("status %d\n%s", status, &p.out)
	}
	for _, key := range []string{"published", "received", "lost", "joins", "claims_aborted", "batches", "acks", "latest"} {
		if r.Counts[key] == 0 {
			t.Errorf("no %s", key)
		}
	}
	if r.Seed != 5 || len(r.Kills["producer"]) == 0 || len(r.Kills["consumer"]) == 0 {
		t.Errorf("seed %d, kills %v", r.Seed, r.Kills)
	}
	empty(t, dir)
}

// TestTortureInterrupted, and ended in other ways: no files and no processes are left.
func TestTortureInterrupted(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		dir := ringDir(t)
		p := start(t, nil, "torture", "--duration", "1m")
		eventually(t, "there are workers", func() bool { return len(workersOf(p)) > 4 })
		workers := workersOf(p)
		p.signal(s)
		if status := p.wait(); s != syscall.SIGKILL && (status != 1 || !strings.Contains(p.err.String(), "interrupted")) {
			t.Errorf("%v: status %d; %s", s, status, &p.err)
		}
		for _, worker := range workers {
			eventually(t, "the workers are gone", func() bool { return syscall.Kill(worker, 0) != nil })
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

// workersOf are the processes that p has started and that are not over.
func workersOf(p *process) (workers []int) {
	out, _ := exec.Command("pgrep", "-P", strconv.Itoa(p.Process.Pid)).Output()
	for _, field := range strings.Fields(string(out)) {
		worker, _ := strconv.Atoi(field)
		workers = append(workers, worker)
	}
	return workers
}
