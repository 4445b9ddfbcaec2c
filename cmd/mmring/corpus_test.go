//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// corpus is real input: the source of some of Go's packages, or of all if MMRING_TEST_CORPUS is set.
var corpus = sync.OnceValues(func() ([]byte, error) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	src := filepath.Join(strings.TrimSpace(string(root)), "src")
	dirs := []string{"net", "runtime", "go", "cmd/compile/internal/ssa"}
	if os.Getenv("MMRING_TEST_CORPUS") != "" {
		dirs = []string{"."}
	}
	var all []byte
	for _, dir := range dirs {
		err = filepath.WalkDir(filepath.Join(src, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || filepath.Ext(path) != ".go" {
				return err
			}
			text, err := os.ReadFile(path)
			all = append(all, text...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
})

func realInput(t *testing.T) []byte {
	t.Helper()
	text, err := corpus()
	if err != nil || len(text) < 1<<20 {
		t.Fatalf("no corpus: %d bytes, %v", len(text), err)
	}
	return text
}

func TestThreeLosslessCopiesAreIdentical(t *testing.T) {
	ringDir(t)
	input := realInput(t)
	var subs []*process
	for range 3 {
		subs = append(subs, start(t, nil, "sub", "source", "--lossless", "--wait"))
	}
	start(t, bytes.NewReader(input), "pub", "source", "--wait-consumers", "3").succeeds()
	for i, s := range subs {
		if s.succeeds(); s.out.String() != string(input) {
			t.Errorf("copy %d differs: %d bytes of %d", i, len(s.out.String()), len(input))
		}
	}
	t.Log(subs[0].err.String())
}

// TestSleeperIsToldWhatItLost: two lossless consumers are not held up by a lossy one that sleeps, and its losses are exact.
func TestSleeperIsToldWhatItLost(t *testing.T) {
	ringDir(t)
	input := realInput(t)
	lossless := []*process{start(t, nil, "sub", "s", "--lossless", "--wait"), start(t, nil, "sub", "s", "--lossless", "--wait")}
	out, stuck := pipe(t)
	sleeper := prepare(t, nil, "sub", "s", "--wait", "--json")
	sleeper.Stdout = stuck
	sleeper.start()
	stuck.Close()
	start(t, bytes.NewReader(input), "pub", "s", "--capacity", "4M", "--wait-consumers", "3").succeeds()
	for _, s := range lossless {
		if s.succeeds(); s.out.String() != string(input) {
			t.Error("a lossless copy differs")
		}
	}
	lines := bytes.SplitAfter(input, []byte("\n"))
	lines = lines[:len(lines)-1] // the corpus ends with a newline
	received := checkMessages(t, out, lines)
	sleeper.succeeds()
	lost := lostIn(t, sleeper.err.String())
	if lost == 0 || received+lost != len(lines) {
		t.Errorf("received %d + lost %d != published %d", received, lost, len(lines))
	}
}

// checkMessages holds messages in JSON against the lines that were published, and counts them.
func checkMessages(t *testing.T, out *os.File, lines [][]byte) (n int) {
	t.Helper()
	for decoder := json.NewDecoder(out); decoder.More(); n++ {
		var m struct {
			Seq     int
			Payload *string
			Base64  []byte `json:"payload_base64"`
		}
		if err := decoder.Decode(&m); err != nil {
			t.Fatal(err)
		}
		got := m.Base64
		if m.Payload != nil {
			got = []byte(*m.Payload)
		}
		if want := bytes.TrimSuffix(lines[m.Seq], []byte("\n")); !bytes.Equal(got, want) {
			t.Fatalf("message %d is %q, want %q", m.Seq, got, want)
		}
	}
	return n
}

var summary = regexp.MustCompile(`received ([\d,]+) messages?, lost ([\d,]+)\n$`)

// lostIn reads the summary that sub ends with, and holds against it the losses it told of one by one.
func lostIn(t *testing.T, words string) int {
	t.Helper()
	found := summary.FindStringSubmatch(words)
	if found == nil {
		t.Fatalf("no summary in %q", words)
	}
	total, told := figure(t, found[2]), 0
	for _, loss := range regexp.MustCompile(`(?m)^lost ([\d,]+) message`).FindAllStringSubmatch(words, -1) {
		told += figure(t, loss[1])
	}
	if told != total {
		t.Errorf("told of %d lost messages, %d in the summary", told, total)
	}
	return total
}

func figure(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(text, ",", ""))
	if err != nil {
		t.Fatal(fmt.Errorf("no figure: %w", err))
	}
	return n
}
