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
func fenced(t *testing.T, name, language string) (blocks []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(page(t, name), -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no %s", name, language)
	}
	return blocks
}

// shell runs a block of the guide as a reader does who stands in a clone, with rings in a directory of the test's own.
func shell(t *testing.T, block string) *process {
	t.Helper()
	block = strings.ReplaceAll(block, "/dev/shm", os.Getenv("MMRING_DIR"))
	p := prepareCommand(t, nil, exec.Command("bash", "-euo", "pipefail", "-c", block))
	p.Dir = root
	return p.start()
}

// TestGuideReadme runs what the README shows first. The reader has a clone already.
func TestGuideReadme(t *testing.T) {
	ringDir(t)
	_, block, cloned := strings.Cut(fenced(t, "README.md", "sh")[0], "git clone https://github.com/mmring/mmring && cd mmring\n")
	block = strings.NewReplacer("go run ./cmd/mmring", program, "demo ", "demo --duration 1s ").Replace(block)
	p := shell(t, block).succeeds()
	if !cloned || !strings.Contains(p.out.String(), "Every byte was checked") || !strings.HasSuffix(p.out.String(), "\n1\n2\n3\n4\n5\n") {
		t.Errorf("it prints %q", p.out.String())
	}
	leavesNothing(t)
}

// leavesNothing checks that all rings are removed again.
func leavesNothing(t *testing.T) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(os.Getenv("MMRING_DIR"), "*")); err != nil || len(left) > 0 {
		t.Errorf("the page leaves %v behind", left)
	}
}

// TestGuideGettingStarted runs every command of that page. What waits is what the reader leaves alone in a terminal of its own.
func TestGuideGettingStarted(t *testing.T) {
	ringDir(t)
	bin := t.TempDir()
	t.Setenv("GOBIN", bin)
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	wants := map[string]string{
		"echo eleven": "9\n10\neleven\n10 7 eleven\n", "mmring write": "21.5\n", "mmring ls": "messages",
		"python3": "\n10\neleven\n",
	}
	if _, err := exec.LookPath("python3"); err != nil {
		delete(wants, "python3")
	}
	var waiting *process
	output := map[string]string{}
	for _, block := range fenced(t, "docs/getting-started.md", "sh") {
		if strings.HasPrefix(block, "python3") && wants["python3"] == "" {
			continue // there is none here
		}
		p := shell(t, block)
		if strings.Contains(block, "--wait") {
			waiting = p
			continue
		}
		output[strings.TrimSpace(block)] = p.succeeds().out.String()
	}
	waiting.succeeds().printed("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")
	for command, want := range wants {
		found := false
		for block, out := range output {
			found = found || strings.HasPrefix(block, command) && strings.Contains(out, want)
		}
		if !found {
			t.Errorf("no %s prints %q: %q", command, want, output)
		}
	}
	leavesNothing(t)
}

// TestGuideGettingStartedInGo: the page's programs compile, and one reads what the other writes.
func TestGuideGettingStartedInGo(t *testing.T) {
	path := filepath.Join(ringDir(t), "clock")
	var started []*process
	for i, program := range fenced(t, "docs/getting-started.md", "go") {
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
