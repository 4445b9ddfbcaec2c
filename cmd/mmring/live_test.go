//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// liveSub is a consumer that has read all of a ring whose producer lives.
func liveSub(t *testing.T) (sub *process, path string) {
	t.Helper()
	path = filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	start(t, in, "pub", "r", "--capacity", "64K")
	io.WriteString(typed, "one\n")
	sub = start(t, nil, "sub", "r", "--wait")
	sub.printed("one\n")
	return sub, path
}

func TestDeletedUnderASub(t *testing.T) {
	sub, path := liveSub(t)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	complains(t, sub, "deleted")
}

func TestReplacedUnderASub(t *testing.T) {
	sub, path := liveSub(t)
	start(t, strings.NewReader("other\n"), "pub", "other").succeeds()
	if err := os.Rename(filepath.Join(filepath.Dir(path), "other"), path); err != nil {
		t.Fatal(err)
	}
	complains(t, sub, "another ring")
}

func TestTruncatedUnderASub(t *testing.T) {
	for _, size := range []int64{0, 4096, 20_000} {
		sub, path := liveSub(t)
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
		complains(t, sub, "cut short")
	}
}

func TestTruncatedUnderAPub(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	pub := start(t, in, "pub", "r", "--capacity", "64K")
	eventually(t, "the ring is there", func() bool { _, ok := look(path); return ok })
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	io.WriteString(typed, "lost\n")
	complains(t, pub, "cut short")
}

// TestIdleSubCostsNothing measures the CPU time of a consumer that has nothing to read, its start not included.
func TestIdleSubCostsNothing(t *testing.T) {
	sub, _ := liveSub(t)
	before, began := used(t, sub), time.Now()
	time.Sleep(2 * time.Second) // the very thing that is measured
	cost, took := used(t, sub)-before, time.Since(began)
	t.Logf("%v of CPU time in %v", cost, took)
	if cost > took/20 {
		t.Errorf("an idle consumer used %v of CPU time in %v", cost, took)
	}
}

// used is the CPU time that a process has used, in full ticks of the kernel's.
func used(t *testing.T, p *process) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	const tick = time.Second / 100 // USER_HZ, on every architecture of Go's
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}
