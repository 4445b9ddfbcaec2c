//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// complains wants a process to fail with one sentence that has all the parts, and no trace of Go's insides.
func complains(t *testing.T, p *process, parts ...string) {
	t.Helper()
	status, words := p.wait(), p.err.String()
	if status != 1 {
		t.Errorf("%v: status %d; %s", p.Args[1:], status, words)
	}
	for _, inside := range []string{"panic", "goroutine", "SIGBUS", "+0x"} {
		if strings.Contains(words, inside) {
			t.Errorf("%v: %q in %s", p.Args[1:], inside, words)
		}
	}
	last := words[strings.LastIndex(strings.TrimSpace(words), "\n")+1:]
	for _, part := range append(parts, "mmring "+p.Args[1]+": ", ";") {
		if !strings.Contains(last, part) {
			t.Errorf("%v: %q is not in %q", p.Args[1:], part, last)
		}
	}
}

// ringFile makes a ring with two messages, whose stream has ended, and returns its path.
func ringFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(ringDir(t), "r")
	start(t, strings.NewReader("one\ntwo\n"), "pub", path, "--capacity", "64K", "--alignment", "64").succeeds()
	return path
}

// alter changes a file's bytes in place.
func alter(t *testing.T, path string, offset int64, bytes ...byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(bytes, offset)
		f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// reading is every way to read a ring.
var reading = [][]string{{"sub"}, {"sub", "--lossless"}, {"read"}, {"stat"}}

// allComplain wants each of some commands to complain of the ring at path.
func allComplain(t *testing.T, commands [][]string, path string, parts ...string) {
	t.Helper()
	for _, args := range commands {
		complains(t, start(t, nil, append(args, path)...), append(parts, path)...)
	}
}

func TestNoSuchRing(t *testing.T) {
	dir := ringDir(t)
	allComplain(t, reading, filepath.Join(dir, "absent"), "no such ring")
	complains(t, start(t, nil, "rm", "absent"), "no such ring", "absent")
	complains(t, start(t, nil, "ls", filepath.Join(dir, "absent")), "no such file or directory")
	complains(t, start(t, nil, "pub", filepath.Join(dir, "no", "directory")), "there is no directory")
}

func TestNotARing(t *testing.T) {
	path := filepath.Join(ringDir(t), "text")
	for _, text := range [][]byte{nil, []byte("short"), bytes.Repeat([]byte("long enough to be a ring\n"), 10_000)} {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		allComplain(t, reading, path, "not a ring")
		for _, args := range [][]string{{"pub", path}, {"pub", "--replace", path}, {"write", path, "x"}, {"rm", path}} {
			complains(t, start(t, strings.NewReader("x\n"), args...), "not a ring")
		}
		if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, text) {
			t.Fatal("the file was changed")
		}
	}
}

// handling is every way to look into a ring, to get rid of it, or to use it.
var handling = [][]string{{"check"}, {"dump"}, {"rm"}, {"stat"}, {"sub"}, {"pub", "--replace"}}

// TestWasARing: what cannot be recognised any more its heads file tells.
func TestWasARing(t *testing.T) {
	path := ringFile(t)
	heads, _ := filepath.Glob(path + ".*.heads")
	said := fmt.Sprintf("not a ring any more: it was one, for %s lies beside it", filepath.Base(heads[0]))
	alter(t, path, 0, 'x')
	allComplain(t, handling, path, said)
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	allComplain(t, handling, path, said, "remove both yourself")
	if err := os.Remove(heads[0]); err != nil {
		t.Fatal(err)
	}
	allComplain(t, handling, path, "not a ring: it has 100 bytes")
}

// TestRecordingIsNoRing: who gives a recording for a ring is told what it is, and what to do with it.
func TestRecordingIsNoRing(t *testing.T) {
	path := ringFile(t)
	file := filepath.Join(filepath.Dir(path), "rec.mcap")
	start(t, nil, "record", path, file).succeeds()
	allComplain(t, handling, file, "not a ring: it is a recording; mmring replay publishes it")
}

func TestNotAFile(t *testing.T) {
	dir := ringDir(t)
	allComplain(t, reading, dir, "regular file")
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	allComplain(t, reading, fifo, "regular file")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(ringFile(t), link); err != nil {
		t.Fatal(err)
	}
	allComplain(t, reading, link, "symbolic link")
}

func TestWrongVersion(t *testing.T) {
	path := ringFile(t)
	alter(t, path, 8, 99)
	allComplain(t, reading, path, "version 99")
	complains(t, start(t, nil, "pub", path), "version 99")
}

func TestCorruptedHeader(t *testing.T) {
	path := ringFile(t)
	alter(t, path, 0x20, 0xff)
	allComplain(t, reading, path, "corrupt", "save what mmring dump still shows, then make it anew")
	complains(t, start(t, nil, "pub", path), "corrupt")
	start(t, nil, "rm", path).succeeds()
}

func TestTruncatedFile(t *testing.T) {
	path := ringFile(t)
	if err := os.Truncate(path, 100_000); err != nil {
		t.Fatal(err)
	}
	allComplain(t, reading, path, "truncated", "100000")
}

func TestSecondProducer(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, _ := pipe(t)
	pub := start(t, in, "pub", "r")
	eventually(t, "the producer is there", func() bool { s, ok := look(path); return ok && s.ProducerAlive })
	for _, args := range [][]string{{"pub", "r"}, {"pub", "r", "--replace"}, {"write", "r", "x"}, {"rm", "r"}} {
		complains(t, start(t, nil, args...), "another producer", fmt.Sprintf("process %d", pub.Process.Pid), path)
	}
}

func TestOtherDimensions(t *testing.T) {
	path := ringFile(t)
	complains(t, start(t, nil, "pub", path, "--capacity", "128K"), "capacity", "65536", "131072")
	complains(t, start(t, nil, "pub", path, "--alignment", "16"), "alignment", "64", "16")
}

func TestNameInUse(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, _ := pipe(t)
	start(t, in, "pub", "r")
	start(t, nil, "sub", "r", "--wait", "--name", "n")
	attached(t, path, 1)
	complains(t, start(t, nil, "sub", "r", "--name", "n"), `"n"`, "in use")
}

func TestUsage(t *testing.T) {
	ringDir(t)
	for _, args := range [][]string{
		{"nonsense"}, {"sub"}, {"sub", "a", "b"}, {"sub", ""}, {"sub", "r", "--from", "seq:x"}, {"sub", "r", "--json", "--frame", "nul"},
		{"pub"}, {"pub", "r", "--frame", "xml"}, {"pub", "r", "--capacity", "lots"}, {"pub", "r", "--no-such-flag"}, {"write", "r"},
		{"read", "r", "--every", "0s"}, {"rm"}, {"ls", "a", "b"}, {"demo", "x"}, {"demo", "--size", "15"}, {"demo", "--consumers", "0"},
		{"completion", "csh"}, {"record", "r", ""}, {"replay", "f", "r", "--from", "2h", "--to", "1h"}, {"replay", "f", "r", "--from", "seq:5", "--to", "seq:5"},
		{"man", "--of", "csh"}, {"top", "--interval", "1ms"},
	} {
		p := start(t, nil, args...)
		if status := p.wait(); status != 2 || p.out.String() != "" || !strings.Contains(p.err.String(), "--help") {
			t.Errorf("%q: status %d; %s", args, status, &p.err)
		}
	}
}
