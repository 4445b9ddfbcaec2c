//go:build linux

package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// TestGroupSharesTheMessages: each line goes to one member, and together they are all there.
func TestGroupSharesTheMessages(t *testing.T) {
	ringDir(t)
	members := []*process{start(t, nil, "sub", "r", "--group", "g", "--wait"), start(t, nil, "sub", "r", "--group", "g", "--wait")}
	start(t, strings.NewReader(numbers(0, 50_000)), "pub", "r", "--capacity", "64K", "--wait-consumers", "2").succeeds()
	var got []string
	for _, m := range members {
		lines := strings.Fields(m.succeeds().out.String())
		if !sort.SliceIsSorted(lines, func(i, j int) bool { return less(lines[i], lines[j]) }) {
			t.Error("a member's lines are out of order")
		}
		got = append(got, lines...)
	}
	sort.Slice(got, func(i, j int) bool { return less(got[i], got[j]) })
	if strings.Join(got, "\n")+"\n" != numbers(0, 50_000) {
		t.Errorf("%d lines in all", len(got))
	}
}

func less(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }

// TestGroupHandsOnWhatWasNotWritten: a member that is killed while nobody reads its output has done nothing that was not read; another does it.
func TestGroupHandsOnWhatWasNotWritten(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	io.WriteString(typed, "one\n")
	stuck, held := pipe(t) // nobody reads from it, and it is full
	filler := make([]byte, 1<<16)
	if n, err := held.Write(filler); n != len(filler) || err != nil {
		t.Fatal(n, err)
	}
	victim := prepare(t, nil, "sub", "r", "--group", "g", "--wait")
	victim.Stdout = held
	victim.start()
	eventually(t, "it has the message", func() bool { return groupOf(t, path).Delivered == 1 })
	victim.kill()
	heir := start(t, nil, "sub", "r", "--group", "g")
	heir.printed("one\n")
	eventually(t, "it is done", func() bool { return groupOf(t, path).Done == 1 })
	typed.Close()
	heir.succeeds()
	heir.says("received 1 message, of which 1 had been given to others before, lost 0")
	if g := groupOf(t, path); g.Redelivered != 1 || g.LagMessages != 0 {
		t.Errorf("%+v", g)
	}
	stuck.Close()
	text := start(t, nil, "stat", "r", "--interval", "0s").succeeds().out.String()
	for _, want := range []string{"GROUP  MEMBERS  UNFINISHED  DONE  REDELIVERED  LAG  LOST", "g            0           0     1            1    0     0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// groupOf is the ring's only group, as stat shows it; empty as long as there is none.
func groupOf(t *testing.T, path string) (g groupView) {
	t.Helper()
	var v ringView
	p := start(t, nil, "stat", path, "--json", "--interval", "0s")
	if p.wait() != 0 || json.Unmarshal([]byte(p.out.String()), &v) != nil || len(v.Groups) == 0 {
		return g
	}
	return v.Groups[0]
}

func TestGroupOptions(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader("x\n"), "pub", "r").succeeds()
	complains(t, start(t, nil, "sub", "r", "--group", "a.b"), "a.b", "characters")
	for _, args := range [][]string{{"--group", "g", "--name", "n"}, {"--group", ""}} {
		if p := start(t, nil, append([]string{"sub", "r"}, args...)...); p.wait() != 2 {
			t.Errorf("%v: %s", args, &p.err)
		}
	}
}
