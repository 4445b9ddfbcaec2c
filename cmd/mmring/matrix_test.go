//go:build linux

package main

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// onRings is the command line of every command that is given a ring's name, with path for the name. It is made of what the help says, so
// that new commands take part by themselves.
func onRings(t *testing.T, path string) (lines [][]string) {
	t.Helper()
	for _, cmd := range newRoot().Commands() {
		words := strings.Fields(strings.NewReplacer("[", "", "]", "", "...", "").Replace(cmd.Use))
		if cmd.Hidden || !slices.Contains(words, "NAME") {
			continue
		}
		for _, flags := range append(furtherWays[words[0]], nil) {
			lines = append(lines, append(filled(t, words, path), flags...))
		}
	}
	return lines
}

// filled is a command line with something in the place of what the help says.
func filled(t *testing.T, words []string, path string) []string {
	t.Helper()
	words = slices.Clone(words)
	for i, word := range words[1:] {
		switch word {
		case "NAME":
			words[i+1] = path
		case "TEXT":
			words[i+1] = "text"
		default: // something that is not there
			words[i+1] = filepath.Join(t.TempDir(), word)
		}
	}
	return words
}

// furtherWays lists flags with which a command does something else to a ring.
var furtherWays = map[string][][]string{
	"sub": {{"--lossless"}, {"--name", "n"}, {"--group", "g"}}, "pub": {{"--replace"}}, "stat": {{"--json"}}, "top": {{"--json"}}, "check": {{"--json"}},
	"record": {{"--lossy"}},
}

// makes lists the commands that make a ring if there is none.
var makes = []string{"pub", "write"}

// states are all that can be wrong with a name: how a ring gets there, what a command says then, and which commands do not mind.
var states = []struct {
	name  string
	spoil func(t *testing.T, path string)
	says  []string // one of these
	fine  []string
}{
	{"absent", func(t *testing.T, path string) { os.Remove(path) }, []string{"no such ring"}, makes},
	{"no directory", func(t *testing.T, path string) { os.RemoveAll(filepath.Dir(path)) }, []string{"no such ring", "there is no directory"}, nil},
	{"empty", func(t *testing.T, path string) { rewrite(t, path, "") }, []string{"not a ring"}, nil},
	{"text", func(t *testing.T, path string) { rewrite(t, path, strings.Repeat("no ring\n", 20_000)) }, []string{"not a ring"}, nil},
	{"zeros", func(t *testing.T, path string) { rewrite(t, path, strings.Repeat("\x00", 1<<17)) }, []string{"not a ring"}, nil},
	{"random bytes", func(t *testing.T, path string) { rewrite(t, path, noise(1<<17)) }, []string{"not a ring"}, nil},
	{"pipe", func(t *testing.T, path string) { os.Remove(path); syscall.Mkfifo(path, 0o644) }, []string{"regular file"}, nil},
	{"device", func(t *testing.T, path string) { os.Remove(path); os.Symlink("/dev/null", path) }, []string{"symbolic link"}, nil},
	{"link", func(t *testing.T, path string) { os.Rename(path, path+"2"); os.Symlink(path+"2", path) }, []string{"symbolic link"}, nil},
	{"link to nothing", func(t *testing.T, path string) { os.Remove(path); os.Symlink(path+"2", path) }, []string{"symbolic link"}, nil},
	{"in a file", func(t *testing.T, path string) { os.RemoveAll(filepath.Dir(path)); rewrite(t, filepath.Dir(path), "") }, []string{"no directory", "not a directory"}, nil},
	{"directory", func(t *testing.T, path string) { os.Remove(path); os.Mkdir(path, 0o755) }, []string{"regular file"}, nil},
	{"other version", func(t *testing.T, path string) { alter(t, path, 8, 99) }, []string{"version 99", "broken"}, []string{"rm"}},
	{"other byte order", func(t *testing.T, path string) { alter(t, path, 12, 1, 2, 3, 4) }, []string{"byte order", "broken"}, []string{"rm"}},
	{"cut to a page", func(t *testing.T, path string) { os.Truncate(path, 4096) }, []string{"truncated", "broken", "short"}, []string{"rm"}},
	{"nonsense counters", func(t *testing.T, path string) { alter(t, path, 0x1000, []byte(strings.Repeat("\xff", 0x400))...) },
		[]string{"corrupt", "broken", "damaged"}, []string{"rm"}},
	{"nonsense records", func(t *testing.T, path string) { alter(t, path, 0x10000, []byte(strings.Repeat("\xff", 1<<16))...) },
		[]string{"corrupt", "broken", "damaged"}, []string{"rm"}},
	{"corrupt header", func(t *testing.T, path string) { alter(t, path, 0x20, 0xff) }, []string{"corrupt", "broken"}, []string{"rm"}},
	{"cut short", func(t *testing.T, path string) { os.Truncate(path, 100_000) }, []string{"truncated", "broken", "short"}, []string{"rm"}},
}

// noise is so many bytes of no meaning.
func noise(n int) string {
	random, text := rand.New(rand.NewPCG(1, 2)), make([]byte, n)
	for i := range text {
		text[i] = byte(random.Uint32())
	}
	return string(text)
}

func rewrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestEveryCommandOnEveryTrouble: a clear sentence with advice and status 1, whatever is wrong with a ring and whoever looks at it.
func TestEveryCommandOnEveryTrouble(t *testing.T) {
	for _, state := range states {
		t.Run(state.name, func(t *testing.T) {
			for _, args := range onRings(t, "") {
				path := ringFile(t)
				state.spoil(t, path)
				p := start(t, strings.NewReader("x\n"), withPath(args, path)...)
				if slices.Contains(state.fine, args[0]) || slices.Contains(state.fine, "rm") && slices.Contains(args, "--replace") {
					p.succeeds()
					continue
				}
				complainsOfOne(t, p, state.says)
			}
		})
	}
}

// withPath puts the path in the place that onRings left empty for it.
func withPath(args []string, path string) []string {
	args = slices.Clone(args)
	args[slices.Index(args, "")] = path
	return args
}

// complainsOfOne wants a sentence that has one of some parts. What a command cannot find besides the ring it may mention instead.
func complainsOfOne(t *testing.T, p *process, parts []string) {
	t.Helper()
	p.wait()
	words := p.err.String()
	has := func(part string) bool { return strings.Contains(words, part) }
	if !slices.ContainsFunc(parts, has) && !slices.ContainsFunc(p.Args[1:], func(arg string) bool { return arg != "text" && missing(arg) && has(arg) }) {
		t.Errorf("%v: none of %q is in %q", p.Args[1:], parts, words)
	}
	complains(t, p)
}

// missing reports whether an argument is a file that does not exist, in a directory that does.
func missing(arg string) bool {
	_, err := os.Lstat(arg)
	return os.IsNotExist(err) && isDirectory(filepath.Dir(arg)) && strings.HasPrefix(arg, os.TempDir())
}

// TestEveryCommandWithoutPermission: another user is told so.
func TestEveryCommandWithoutPermission(t *testing.T) {
	for _, args := range onRings(t, "") {
		path := ringFile(t)
		if err := os.Chmod(path, 0o600); err != nil {
			t.Fatal(err)
		}
		complainsOfOne(t, nobody(t, withPath(args, path)...), []string{"permission denied"})
	}
}

// TestEveryCommandOnTheDead: a ring whose producer was killed is like any other. Who waits for the next producer says so, and can be
// interrupted.
func TestEveryCommandOnTheDead(t *testing.T) {
	waits := []string{"sub", "record"}
	for _, args := range onRings(t, "") {
		path := filepath.Join(ringDir(t), "r")
		in, typed := pipe(t)
		pub := start(t, in, "pub", path, "--capacity", "64K") // there are many, and containers have a /dev/shm of 64 MiB
		io.WriteString(typed, "one\n")
		eventually(t, "it is published", func() bool { s, ok := look(path); return ok && s.NextSeq == 1 })
		pub.kill()
		p := start(t, strings.NewReader("x\n"), withPath(args, path)...)
		if slices.Contains(waits, args[0]) {
			p.says("waiting for the next one")
			p.signal(os.Interrupt)
		}
		if status := p.wait(); status != 0 {
			complains(t, p)
		}
		if strings.Contains(p.err.String(), "goroutine") {
			t.Errorf("%v: %s", args, &p.err)
		}
	}
}

// TestEveryCommandWithBadNames: a name that no ring can have is the caller's fault.
func TestEveryCommandWithBadNames(t *testing.T) {
	ringDir(t)
	for _, args := range onRings(t, "") {
		for _, name := range []string{"", ".", ".."} {
			if p := start(t, nil, withPath(args, name)...); p.wait() != 2 || !strings.Contains(p.err.String(), "cannot name a ring") {
				t.Errorf("%q: status %d: %s", withPath(args, name), p.wait(), &p.err)
			}
		}
	}
}
