//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// completions is what is typed, with the tabulator key at the end, and what the command line or the list below it shows then. Rings are
// called numbers and prices, the consumer of numbers alice, its group workers.
var completions = []struct {
	typed string
	shown []string
}{
	{"mmring exp", []string{"mmring export "}},
	{"mmring stat nu", []string{"mmring stat numbers "}},
	{"mmring stat ", []string{"numbers", "prices"}},
	{"mmring rm numbers pr", []string{"mmring rm numbers prices "}},
	{"mmring sub numbers --lo", []string{"mmring sub numbers --lossless "}},
	{"mmring sub numbers --from ", []string{"oldest", "latest", "seq:", "last:"}},
	{"mmring dump numbers --from ol", []string{"mmring dump numbers --from oldest "}},
	{"mmring pub x --frame l", []string{"line", "len32"}},
	{"mmring sub numbers --name ", []string{"mmring sub numbers --name alice "}},
	{"mmring sub numbers --group ", []string{"mmring sub numbers --group workers "}},
	{"mmring sub numbers --filter t", []string{"mmring sub numbers --filter tag="}},
	{"mmring man che", []string{"mmring man check "}},
}

// withRings makes the rings of completions, and a place for the tool where a shell finds it.
func withRings(t *testing.T) {
	t.Helper()
	dir := ringDir(t)
	for _, name := range []string{"numbers", "prices"} {
		start(t, strings.NewReader("1\n"), "pub", name).succeeds()
	}
	start(t, nil, "sub", "numbers", "--name", "alice").succeeds()
	start(t, nil, "sub", "numbers", "--group", "workers").succeeds()
	os.WriteFile(filepath.Join(dir, "nuisance"), []byte("no ring"), 0o644)
	t.Setenv("PATH", filepath.Dir(program)+":"+os.Getenv("PATH"))
	t.Chdir(dir)
}

// typing starts an interactive shell in a terminal. After setup it presses keys as a person does, and looks at what is shown.
func typing(t *testing.T, setup string, command ...string) {
	t.Helper()
	path, err := exec.LookPath(command[0])
	if err != nil {
		t.Skipf("there is no %s here", command[0])
	}
	withRings(t)
	for _, c := range completions {
		person, tool := terminal(t)
		shell := prepareCommand(t, tool, exec.Command(path, command[1:]...))
		shell.Stdout, shell.Stderr = tool, tool
		shell.Env = append(os.Environ(), "TERM=dumb", "HOME="+t.TempDir())
		gather(person, &shell.out)
		shell.start()
		fmt.Fprintf(person, "%s\necho rea''dy\n", setup)
		eventually(t, "the shell is ready", func() bool { return strings.Contains(shell.out.String(), "ready") })
		before := len(shell.out.String())
		fmt.Fprintf(person, "%s\t", c.typed)
		for _, shown := range c.shown {
			eventually(t, fmt.Sprintf("%q shows %q", c.typed, shown), func() bool {
				return strings.Contains(shell.out.String()[before:], shown)
			})
		}
		if strings.Contains(shell.out.String()[before:], "nuisance") {
			t.Errorf("%q offers what is no ring", c.typed)
		}
		shell.kill()
	}
}

func TestCompletionInBash(t *testing.T) {
	const library = "/usr/share/bash-completion/bash_completion"
	if _, err := os.Stat(library); err != nil {
		t.Skip("the package bash-completion is not here, which the script needs")
	}
	setup := "bind 'set show-all-if-ambiguous on'; bind 'set enable-bracketed-paste off'; PS1=; source " + library + "; source <(mmring completion bash)"
	typing(t, setup, "bash", "--norc", "--noprofile", "-i")
}

func TestCompletionInZsh(t *testing.T) {
	typing(t, "PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u; source <(mmring completion zsh)", "zsh", "-f", "-i")
}

// TestCompletionInFish asks fish itself what it would offer.
func TestCompletionInFish(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("there is no fish here")
	}
	withRings(t)
	for _, c := range completions {
		cmd := exec.Command(fish, "--no-config", "-c", `mmring completion fish | source; complete -C $argv[1]`, c.typed)
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for _, shown := range c.shown {
			words := strings.Fields(shown)
			if !strings.Contains(string(out), words[len(words)-1]) {
				t.Errorf("%q: no %q in %s", c.typed, shown, out)
			}
		}
		if strings.Contains(string(out), "nuisance") {
			t.Errorf("%q offers what is no ring: %s", c.typed, out)
		}
	}
}

// TestCompletionOfNames: what shells are told, where there is none.
func TestCompletionOfNames(t *testing.T) {
	withRings(t)
	for args, want := range map[string]string{
		"numbers --name": "alice\n:4\n", "absent --name": ":4\n", "numbers --group": "workers\n:4\n", "absent --group": ":4\n",
	} {
		p := start(t, nil, append(append([]string{"__complete", "sub"}, strings.Fields(args)...), "")...).succeeds()
		if p.out.String() != want {
			t.Errorf("%s: %q, want %q", args, &p.out, want)
		}
	}
}
