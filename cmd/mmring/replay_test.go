//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// timed makes a file with n messages, one each ms milliseconds, whose payloads count up.
func timed(t *testing.T, path string, n, ms int) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := mcap.NewWriter(file, "", "", mcap.Zstd)
	var c mcap.Chunk
	c.AddChannel(&mcap.Channel{ID: 1, Topic: "t"})
	for i := range n {
		c.Add(&mcap.Message{Channel: 1, Time: uint64(1e18 + i*ms*1e6), Payload: fmt.Append(nil, i)})
	}
	if err == nil {
		err = w.WriteChunk(&c)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPartOfARecording(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 100, 1000)
	for i, c := range []struct {
		args     []string
		from, to int
	}{
		{nil, 0, 100}, {[]string{"--from", "seq:10", "--to", "seq:20"}, 10, 20}, {[]string{"--from", "10s"}, 10, 100},
		{[]string{"--to", "1m30s"}, 0, 90}, {[]string{"--from", "2001-09-09T01:47:00Z"}, 20, 100},
	} {
		name := fmt.Sprint("r", i)
		start(t, nil, append([]string{"replay", file, name, "--speed", "max"}, c.args...)...).succeeds()
		if got := start(t, nil, "sub", name).succeeds().out.String(); got != numbers(c.from, c.to-c.from) {
			t.Errorf("%v: got %q", c.args, got)
		}
	}
}

// TestReplayKeepsTime: a message that is due in an hour is not published now, the one before it is, and an interrupt ends the wait.
func TestReplayKeepsTime(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 2, 3_600_000)
	sub := start(t, nil, "sub", "r", "--wait")
	replay := start(t, nil, "replay", file, "r", "--wait-consumers", "1")
	sub.printed("0\n")
	replay.signal(os.Interrupt)
	replay.succeeds()
	replay.says("published 1 message, 1 byte")
	if sub.succeeds(); sub.out.String() != "0\n" {
		t.Errorf("got %q", &sub.out)
	}
}

// TestSpeed: an hour takes no time at a speed that is high enough.
func TestSpeed(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 2, 3_600_000)
	start(t, nil, "replay", file, "r", "--speed", "1e6").succeeds()
	if got := start(t, nil, "sub", "r").succeeds().out.String(); got != "0\n1\n" {
		t.Errorf("got %q", got)
	}
}

func TestReplayInALoop(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 3, 0)
	sub := start(t, nil, "sub", "r", "--wait", "--lossless", "--count", "1000")
	replay := start(t, nil, "replay", file, "r", "--loop", "--wait-consumers", "1")
	if sub.succeeds(); !strings.HasPrefix(sub.out.String(), strings.Repeat("0\n1\n2\n", 300)) {
		t.Error("it did not begin again and again")
	}
	replay.signal(os.Interrupt)
	replay.succeeds()
}

// TestInterruptAHeldUpReplay: a consumer that does not read does not keep it from ending.
func TestInterruptAHeldUpReplay(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 200_000, 0)
	sub := start(t, nil, "sub", "r", "--wait", "--lossless")
	replay := start(t, nil, "replay", file, "r", "--capacity", "64K", "--wait-consumers", "1", "--speed", "0.5")
	stopWithFullRing(t, sub, filepath.Join(dir, "r"))
	replay.signal(os.Interrupt)
	replay.succeeds()
}

func TestBadRecordings(t *testing.T) {
	dir := ringDir(t)
	good := filepath.Join(dir, "good.mcap")
	timed(t, good, 1000, 0)
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	for i := range 100 {
		damaged[200+i] ^= 0x5a
	}
	zeroed := append(bytes.Clone(whole[:len(whole)/2]), make([]byte, len(whole)/2)...)
	for name, c := range map[string]struct {
		text []byte
		says string
	}{
		"empty": {nil, "not a recording"}, "text": {[]byte("not an MCAP file at all, but long enough\n"), "not a recording"},
		"ring": {bytes.Repeat([]byte{0}, 8192), "not a recording"}, "begin": {whole[:5], "cut off"}, "header": {whole[:12], "cut off"},
		"cut": {whole[:len(whole)-1], "cut off"}, "half": {whole[:len(whole)/2], "cut off"},
		"damaged": {damaged, "damaged"}, "zeroed": {zeroed, "damaged"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		complains(t, start(t, nil, "replay", path, "r-"+name, "--speed", "max"), path, c.says)
	}
	complains(t, start(t, nil, "replay", filepath.Join(dir, "absent"), "r"), "no such file")
	complains(t, start(t, nil, "replay", dir, "r"), "regular file")
}

func TestTooLargeForTheRing(t *testing.T) {
	dir := ringDir(t)
	start(t, strings.NewReader(strings.Repeat("x", 5000)+"\n"), "pub", "r", "--capacity", "64K", "--alignment", "64").succeeds()
	file := filepath.Join(dir, "f.mcap")
	start(t, nil, "record", "r", file).succeeds()
	complains(t, start(t, nil, "replay", file, "small", "--capacity", smallest), "message 0", "5000 bytes", fmt.Sprint(largest), "--capacity")
}

// TestRecordingOfNothing is a recording too.
func TestRecordingOfNothing(t *testing.T) {
	dir := ringDir(t)
	start(t, strings.NewReader(""), "pub", "r").succeeds()
	file := filepath.Join(dir, "f.mcap")
	start(t, nil, "record", "r", file).succeeds()
	if all, _, err := recorded(t, file); len(all) != 0 || err != io.EOF {
		t.Errorf("%d messages, %v", len(all), err)
	}
	start(t, nil, "replay", file, "copy", "--loop").succeeds().says("published 0 messages")
}

// TestEmptyPart: a part of a recording in which there is nothing is refused, with what there is, and leaves the ring as it was, or none.
func TestEmptyPart(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 100, 1000)
	start(t, nil, "write", "kept", "value").succeeds()
	for _, args := range []string{"--from seq:100", "--from 1h", "--to seq:0", "--to 0s", "--to 2001-09-09T01:46:40Z", "--from 2h --to seq:1"} {
		for _, name := range []string{"kept", "none"} {
			p := start(t, nil, append([]string{"replay", file, name, "--replace"}, strings.Fields(args)...)...)
			complains(t, p, file, "no message lies in that part", "numbers 0 to 99", "1m39s")
		}
	}
	if got := start(t, nil, "read", "kept").succeeds().out.String(); got != "value\n" {
		t.Errorf("the ring has %q", got)
	}
	if _, there := look(filepath.Join(dir, "none")); there {
		t.Error("a ring was made")
	}
	start(t, nil, "replay", file, "copy", "--from", "seq:99", "--speed", "max").succeeds().says("published 1 message")
}

// TestEmptyPartOfNothing: of a recording without a message no part can be had either, only the whole.
func TestEmptyPartOfNothing(t *testing.T) {
	dir := ringDir(t)
	file := filepath.Join(dir, "f.mcap")
	timed(t, file, 0, 0)
	complains(t, start(t, nil, "replay", file, "r", "--from", "1s"), file, "no message in the recording")
	start(t, nil, "replay", file, "r").succeeds()
}
