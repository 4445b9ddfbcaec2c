//go:build linux

package main

import (
	"io"
	"os"
	"path/filepath"
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

// TestIdleSubCostsNothing measures the CPU time of a consumer that has nothing to read.
func TestIdleSubCostsNothing(t *testing.T) {
	sub, _ := liveSub(t)
	time.Sleep(2 * time.Second) // the very thing that is measured
	sub.signal(os.Interrupt)
	sub.succeeds()
	used := sub.ProcessState.UserTime() + sub.ProcessState.SystemTime()
	t.Logf("%v of CPU time, its start included", used)
	if used > 100*time.Millisecond { // starting takes some 10 ms; 1 % of a core would be 20 ms more
		t.Errorf("an idle consumer used %v of CPU time in 2 s", used)
	}
}
