//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fenced returns the blocks of a page that are marked with a language.
func fenced(t *testing.T, page, language string) (blocks []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../docs", page))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(text, -1) {
		blocks = append(blocks, string(m[1]))
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no %s", page, language)
	}
	return blocks
}

// shell runs a block of the guide as a reader does who stands in a clone.
func shell(t *testing.T, block string) *process {
	t.Helper()
	p := prepareCommand(t, nil, exec.Command("bash", "-euo", "pipefail", "-c", block))
	p.Dir = "../.."
	return p.start()
}

// TestGettingStarted runs every command of that page. What waits is what the reader leaves alone in a terminal of its own.
func TestGettingStarted(t *testing.T) {
	ringDir(t)
	bin := t.TempDir()
	t.Setenv("GOBIN", bin)
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	var waiting *process
	output := map[string]string{}
	for _, block := range fenced(t, "getting-started.md", "sh") {
		p := shell(t, block)
		if strings.Contains(block, "--wait") {
			waiting = p
			continue
		}
		output[strings.TrimSpace(block)] = p.succeeds().out.String()
	}
	waiting.succeeds().printed("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")
	for command, want := range map[string]string{
		"echo eleven": "9\n10\neleven\n10 7 eleven\n", "mmring write": "21.5\n", "mmring ls": "messages",
	} {
		found := false
		for block, out := range output {
			found = found || strings.HasPrefix(block, command) && strings.Contains(out, want)
		}
		if !found {
			t.Errorf("no %s prints %q: %q", command, want, output)
		}
	}
	if left, err := filepath.Glob(filepath.Join(os.Getenv("MMRING_DIR"), "*")); err != nil || len(left) > 0 {
		t.Errorf("the page leaves %v behind", left)
	}
}

// TestGettingStartedInGo: the page's programs compile, and one reads what the other writes.
func TestGettingStartedInGo(t *testing.T) {
	path := filepath.Join(ringDir(t), "clock")
	var started []*process
	for i, program := range fenced(t, "getting-started.md", "go") {
		program = strings.ReplaceAll(program, "/dev/shm/clock", path)
		source := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(source, []byte(program), 0o644); err != nil {
			t.Fatal(err)
		}
		built := filepath.Join(t.TempDir(), "built")
		if out, err := exec.Command("go", "build", "-o", built, source).CombinedOutput(); err != nil {
			t.Fatalf("program %d: %v: %s", i, err, bytes.TrimSpace(out))
		}
		started = append(started, prepareCommand(t, nil, exec.Command(built)).start())
		eventually(t, "the ring is there", func() bool { _, ok := look(path); return ok })
	}
	consumer := started[1]
	eventually(t, "the consumer prints the time", func() bool { return strings.Count(consumer.out.String(), "\n") >= 2 })
	started[0].kill()
}
