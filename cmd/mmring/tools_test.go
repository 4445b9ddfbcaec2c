//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteAndRead(t *testing.T) {
	dir := ringDir(t)
	watching := start(t, nil, "read", "t", "--every", "5ms")
	watching.says("waiting")
	start(t, nil, "write", "t", "21.5").succeeds()
	watching.printed("21.5\n")
	start(t, nil, "write", "t", "22", "--tag", "3").succeeds()
	watching.printed("21.5\n22\n")
	start(t, nil, "read", "t").succeeds().printed("22\n")
	start(t, nil, "read", "t").succeeds().printed("22\n") // nothing was consumed
	start(t, nil, "read", "t", "--json").succeeds().printed(`{"seq":1,"tag":3,"payload":"22"}` + "\n")

	start(t, nil, "rm", "t").succeeds() // made anew, it is followed
	start(t, nil, "write", "t", "cold").succeeds()
	watching.printed("21.5\n22\ncold\n")
	start(t, strings.NewReader("hot\n"), "pub", "t", "--replace").succeeds()
	watching.printed("21.5\n22\ncold\nhot\n")
	watching.signal(os.Interrupt)
	watching.succeeds()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 2 {
		t.Errorf("files: %v", left)
	}
}

// TestSubFollowsWrites: a write does not end the stream.
func TestSubFollowsWrites(t *testing.T) {
	ringDir(t)
	sub := start(t, nil, "sub", "t", "--wait")
	for _, value := range []string{"a", "b", "c"} {
		start(t, nil, "write", "t", value).succeeds()
	}
	sub.printed("a\nb\nc\n")
}

func TestManyWritersTakeTurns(t *testing.T) {
	path := filepath.Join(ringDir(t), "t")
	var writers []*process
	for range 8 {
		writers = append(writers, start(t, nil, "write", "t", "x"))
	}
	for _, w := range writers {
		w.succeeds()
	}
	if s, ok := look(path); !ok || s.NextSeq != 8 {
		t.Errorf("%d messages", s.NextSeq)
	}
}

func TestReadOfNothing(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader(""), "pub", "empty").succeeds()
	complains(t, start(t, nil, "read", "empty"), "nothing has been published")
}

func TestLongValue(t *testing.T) {
	ringDir(t)
	value := strings.Repeat("long ", 20_000)
	start(t, nil, "write", "t", value).succeeds()
	start(t, nil, "read", "t").succeeds().printed(value + "\n")
}

// TestStat: everything about a ring with a producer and two consumers, without taking a place in it.
func TestStat(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	pub := start(t, in, "pub", "r", "--capacity", "64K", "--stall-deadline", "5s")
	named := start(t, nil, "sub", "r", "--wait", "--lossless", "--name", "alice")
	start(t, nil, "sub", "r", "--wait")
	attached(t, path, 2)
	io.WriteString(typed, "one\ntwo\n")
	named.printed("one\ntwo\n")
	var v ringView
	if err := json.Unmarshal([]byte(start(t, nil, "stat", "r", "--json").succeeds().out.String()), &v); err != nil {
		t.Fatal(err)
	}
	if s, _ := look(path); v.RingID != fmt.Sprintf("%016x", s.RingID) {
		t.Errorf("id %s of %x", v.RingID, s.RingID)
	}
	if v.Path != path || v.Capacity != 64<<10 || v.Messages != 2 || v.Closed || v.Rate == nil || !v.Producer.Alive ||
		v.Producer.PID != pub.Process.Pid || v.StallDeadlineNS != 5e9 {
		t.Errorf("%+v", v)
	}
	if len(v.Consumers) != 2 {
		t.Fatalf("%d consumers", len(v.Consumers))
	}
	for _, c := range v.Consumers {
		alice := c.Name == "alice"
		if !c.Alive || alice != (c.Mode == "lossless") || alice && (c.PID != named.Process.Pid || c.NextSeq != 2) {
			t.Errorf("%+v", c)
		}
	}
	forPeople(t)
}

// forPeople checks the text that stat prints of TestStat's ring.
func forPeople(t *testing.T) {
	t.Helper()
	text := start(t, nil, "stat", "r").succeeds().out.String()
	for _, part := range []string{"64 KiB", "alive: process", "2 messages", "alice", "lossless", "lossy", "made lossy"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

func TestLsAndRm(t *testing.T) {
	dir := ringDir(t)
	in, _ := pipe(t)
	start(t, in, "pub", "live")
	eventually(t, "the ring is there", func() bool { _, ok := look(filepath.Join(dir, "live")); return ok })
	start(t, strings.NewReader("x\n"), "pub", "ended", "--capacity", "64K").succeeds()
	start(t, nil, "write", "value", "1").succeeds()
	start(t, strings.NewReader(""), "pub", "broken").succeeds()
	alter(t, filepath.Join(dir, "broken"), 0x20, 0xff)
	os.WriteFile(filepath.Join(dir, "text"), []byte("no ring"), 0o644)

	var rings []listed
	if err := json.Unmarshal([]byte(start(t, nil, "ls", "--json").succeeds().out.String()), &rings); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range rings {
		got += r.Name + " " + r.Producer + "; "
	}
	if want := "broken unknown; ended ended; live alive; value none; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if broken := rings[0]; broken.Capacity != 0 || broken.Messages != nil || broken.Consumers != nil || !strings.Contains(broken.Error, "corrupt") {
		t.Errorf("figures of a ring that cannot be looked at: %+v", broken)
	}
	p := start(t, nil, "ls").succeeds()
	text, words := p.out.String(), p.err.String()
	if !strings.Contains(text, "  unreadable\n") || strings.Contains(text, "corrupt") || strings.Contains(text, "\ntext") {
		t.Errorf("%s", text)
	}
	if !strings.Contains(words, "broken: ring is corrupt: ") || strings.Contains(words, "no ring") {
		t.Errorf("%s", words)
	}
	complains(t, start(t, nil, "rm", "ended", "live", "value", "broken"), "another producer")
	if left := start(t, nil, "ls", "--json").succeeds().out.String(); strings.Count(left, "name") != 1 {
		t.Errorf("left: %s", left)
	}
}

// TestLsOfHostileNames: a name that a stranger chose is shown, and commands no terminal.
func TestLsOfHostileNames(t *testing.T) {
	dir := ringDir(t)
	for _, name := range []string{"a\x1b[2Jb", "broken\x07"} {
		start(t, strings.NewReader("x\n"), "pub", filepath.Join(dir, name)).succeeds()
	}
	alter(t, filepath.Join(dir, "broken\x07"), 0x20, 0xff)
	for _, args := range [][]string{{"ls"}, {"top", "--once"}} {
		p := start(t, nil, args...).succeeds()
		text := p.out.String() + p.err.String()
		if strings.ContainsAny(text, "\x1b\x07") || !strings.Contains(text, `a\x1b[2Jb`) || strings.Count(text, `broken\a`) < 2 {
			t.Errorf("%q", text)
		}
	}
	p := start(t, nil, "stat", filepath.Join(dir, "broken\x07"))
	if complains(t, p); strings.Contains(p.err.String(), "\x07") {
		t.Errorf("%q", &p.err)
	}
}

func TestLsOfNothing(t *testing.T) {
	ringDir(t)
	for _, args := range [][]string{{"ls"}, {"top", "--once"}} {
		p := start(t, nil, args...).succeeds()
		if p.out.String() != "" || !strings.Contains(p.err.String(), "no rings") {
			t.Errorf("%v: %q, %q", args, &p.out, &p.err)
		}
	}
	start(t, nil, "ls", "--json").succeeds().printed("[]\n")
}
