//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// looking is every operator's tool that is given a ring's name.
var looking = [][]string{{"top", "--once"}, {"top", "--json"}, {"top"}, {"check"}, {"dump"}, {"dump", "--header"}}

func TestLookingAtNothing(t *testing.T) {
	dir := ringDir(t)
	allComplain(t, looking, filepath.Join(dir, "absent"), "no such ring")
	text := filepath.Join(dir, "text")
	os.WriteFile(text, []byte("no ring"), 0o644)
	allComplain(t, looking, text, "not a ring")
	allComplain(t, looking, dir, "regular file")
	complains(t, start(t, nil, "export", filepath.Join(dir, "absent")), "cannot list")
	complains(t, start(t, nil, "export", "--listen", "nonsense"), "cannot listen")
}

func TestLookingAtDamage(t *testing.T) {
	path := ringFile(t)
	alter(t, path, 0x20, 0xff)
	for _, args := range looking {
		p := start(t, nil, append(args, path)...)
		if status, words := p.wait(), p.err.String(); status != 1 || !strings.Contains(words, "corrupt") && !strings.Contains(words, "broken") {
			t.Errorf("%v: status %d: %s", args, status, words)
		}
	}
	for _, args := range [][]string{{"top", "--once"}, {"top", "--json"}} { // with no name it is one of many
		p := start(t, nil, args...).succeeds()
		if !strings.Contains(p.out.String()+p.err.String(), "corrupt") {
			t.Errorf("%v: %s%s", args, &p.out, &p.err)
		}
	}
}

func TestLookingWithoutPermission(t *testing.T) {
	path := ringFile(t)
	os.Chmod(path, 0o600)
	for _, args := range looking {
		complains(t, nobody(t, append(args, path)...), "permission denied", path)
	}
}

// TestLookingAtTheDead: a ring whose producer is gone is looked at like any other.
func TestLookingAtTheDead(t *testing.T) {
	path := ringFile(t)
	for want, args := range map[string][]string{
		"ended": {"top", "--once"}, `"state": "ended"`: {"top", "--json"}, "ended the stream": {"check"}, "\"two\"\n": {"dump"},
		`{"seq":1,"position":64,"tag":0,"payload":"two"}` + "\n": {"dump", "--json", "--from", "last:1"},
	} {
		if got := start(t, nil, append(args, path)...).succeeds().out.String(); !strings.Contains(got, want) {
			t.Errorf("%v: no %q in\n%s", args, want, got)
		}
	}
}

func TestCheckStatus(t *testing.T) {
	path := ringFile(t)
	start(t, nil, "check", "--strict", path).succeeds()
	os.Chmod(path, 0o666)
	start(t, nil, "check", path).succeeds()
	complains(t, start(t, nil, "check", "--strict", path), "1 warning")
	alter(t, path, 0x10008, 9) // the first record's number
	p := start(t, nil, "check", "--json", path)
	complains(t, p, "1 thing broken, 1 warning")
	var report struct{ Worst string }
	if err := json.Unmarshal([]byte(p.out.String()), &report); err != nil || report.Worst != "broken" {
		t.Errorf("%v: %s", err, &p.out)
	}
}

// TestCheckTellsTheStopped: a consumer that is stopped is not called slow, and the producer is not called well.
func TestCheckTellsTheStopped(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, _ := pipe(t)
	pub := start(t, in, "pub", "r")
	sub := start(t, nil, "sub", "r", "--wait", "--lossless", "--name", "slow")
	attached(t, path, 1)
	sub.halt()
	told := func(who *process) bool {
		return strings.Contains(start(t, nil, "check", "r").succeeds().out.String(), fmt.Sprintf("(kill -CONT %d)", who.Process.Pid))
	}
	if !told(sub) || told(pub) {
		t.Error("it does not say which is stopped")
	}
	sub.signal(syscall.SIGCONT)
	eventually(t, "it goes on", func() bool { return !told(sub) })
	pub.halt()
	if !told(pub) {
		t.Error("it does not say that the producer is stopped")
	}
}

func TestLookingUsage(t *testing.T) {
	ringDir(t)
	for _, args := range [][]string{{"check"}, {"check", "a", "b"}, {"dump"}, {"dump", "r", "--from", "latest"}, {"dump", "r", "--hex", "--json"},
		{"export", "a", "b"}, {"top", "--interval", "1ms"}, {"top", ""}} {
		if p := start(t, nil, args...); p.wait() != 2 {
			t.Errorf("%v: status %d: %s", args, p.wait(), &p.err)
		}
	}
}
