//go:build linux

package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
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
	for _, want := range []string{"GROUP  MEMBERS  UNFINISHED  DONE  RATE  REDELIVERED  LAG  LOST", "g            0           0     1     -            1    0     0"} {
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

// TestEveryToolShowsGroups: top, top --json and stat say the same of a group as it is.
func TestEveryToolShowsGroups(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	io.WriteString(typed, numbers(0, 20))
	first := start(t, nil, "sub", "r", "--wait", "--group", "work")
	second := start(t, nil, "sub", "r", "--wait", "--group", "work")
	eventually(t, "all is done by two members", func() bool { g := groupOf(t, path); return g.Done == 20 && g.Alive == 2 })
	var rings []struct{ Groups []groupView }
	if err := json.Unmarshal([]byte(start(t, nil, "top", "--json").succeeds().out.String()), &rings); err != nil || len(rings) != 1 || len(rings[0].Groups) != 1 {
		t.Fatal(err, rings)
	}
	g := rings[0].Groups[0]
	if g.Name != "work" || g.Alive != 2 || g.OldestSeq != 20 || g.NextSeq != 20 || g.Done != 20 || g.Delivered != 20 || g.Rate == nil || *g.Rate != 0 || len(g.Members) != 2 {
		t.Errorf("%+v", g)
	}
	text := start(t, nil, "top", "--once").succeeds().out.String()
	if !regexp.MustCompile(`(?m)^  work +group 2   alive  +-  +0  +-  +0%  +0  +0  +0  +0  +\d+s$`).MatchString(text) {
		t.Errorf("%s", text)
	}
	stat := start(t, nil, "stat", "r").succeeds().out.String()
	if member := regexp.MustCompile(`(?m)^ *work #[01] +lossless +alive`); len(member.FindAllString(text, -1)) != 2 || len(member.FindAllString(stat, -1)) != 2 {
		t.Errorf("members are not told apart from other consumers: %s\n%s", text, stat)
	}
	for _, p := range []*process{first, second} {
		p.signal(os.Interrupt)
		p.succeeds()
	}
	if g := groupOf(t, path); g.Alive != 0 || g.OldestSeq != 20 {
		t.Errorf("%+v", g)
	}
}

// TestDamagedGroup: it is told of, the rest is shown, and who wants to join is told what to do.
func TestDamagedGroup(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	start(t, strings.NewReader("x\n"), "pub", "r").succeeds()
	for _, group := range []string{"odd", "work"} {
		start(t, nil, "sub", "r", "--group", group).succeeds()
	}
	odd, _ := filepath.Glob(path + ".*.odd.group")
	alter(t, odd[0], 0, 'x')
	text := start(t, nil, "stat", "r").succeeds().out.String()
	for _, part := range []string{"odd    unreadable\n", "work         0           0     1", "\ngroup odd cannot be seen: group file is corrupt: it is no group file"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	top := start(t, nil, "top", "--once").succeeds()
	for _, part := range []string{"  odd   -        unreadable\n", "  work  group 0  gone"} {
		if !strings.Contains(top.out.String(), part) {
			t.Errorf("%q is not in\n%s", part, &top.out)
		}
	}
	if !strings.Contains(top.err.String(), "odd  group file is corrupt: it is no group file") {
		t.Errorf("%s", &top.err)
	}
	complains(t, start(t, nil, "sub", "r", "--group", "odd"), "group file is corrupt", "stop the members of the group and remove its file")
	complains(t, start(t, nil, "check", "r"), "1 thing broken")
}

func TestGroupOptions(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader("x\n"), "pub", "r").succeeds()
	for _, args := range [][]string{{"--group", "g", "--name", "n"}, {"--group", ""}, {"--group", "a.b"}} {
		if p := start(t, nil, append([]string{"sub", "r"}, args...)...); p.wait() != 2 {
			t.Errorf("%v: %s", args, &p.err)
		}
	}
}
