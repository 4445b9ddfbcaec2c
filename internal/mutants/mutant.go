package mutants

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Trap is a way in which a ring like this breaks.
type Trap struct {
	ID      string // H1 to H47
	Harm    string // what would happen, in a sentence
	Mutants []Mutant
	Model   []string // what internal/model takes out for it, by name, and finds
	Reason  string   // why there is no mutant, if there is none
}

// A Mutant is the library with one thing taken out, and what must notice.
type Mutant struct {
	Without  string // what is taken out, in words
	File     string // from the module's root
	Old, New string // Old is there exactly once
	Test     string // the names of the tests that are to notice
	Package  string // of the tests, from the module's root; "": the file's
	Tags     string // to build with
	Hangs    bool   // the tests are expected to hang, and killed
	Source   bool   // the tests read the source itself: they are run beside a copy that is mutated
}

// stepping is the tag of tests that let somebody act between any two accesses to shared memory.
const stepping = "stepping"

func (m *Mutant) pkg() string {
	if m.Package != "" {
		return m.Package
	}
	return filepath.Dir(m.File)
}

// mutated is the source with the mutation.
func (m *Mutant) mutated(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, m.File))
	if err != nil {
		return nil, err
	}
	if n := bytes.Count(text, []byte(m.Old)); n != 1 {
		return nil, fmt.Errorf("%s has %d places that say %q, want 1: the source has changed; change the mutant with it", m.File, n, m.Old)
	}
	return bytes.Replace(text, []byte(m.Old), []byte(m.New), 1), nil
}

// build compiles the tests that the mutant is to fail, into dir, and returns their binary and where to run it.
func (m *Mutant) build(ctx context.Context, root, dir string) (binary, where string, err error) {
	text, err := m.mutated(root)
	if err != nil {
		return "", "", err
	}
	where = filepath.Join(root, m.pkg())
	source, overlay := filepath.Join(dir, "mutated"+filepath.Ext(m.File)), filepath.Join(dir, "overlay.json")
	if m.Source {
		where = filepath.Join(dir, "copy")
		if err := os.CopyFS(where, os.DirFS(filepath.Dir(filepath.Join(root, m.File)))); err != nil {
			return "", "", err
		}
		source = filepath.Join(where, filepath.Base(m.File))
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, m.File): source}})
	if err = errors.Join(err, os.WriteFile(source, text, 0o600), os.WriteFile(overlay, list, 0o600)); err != nil {
		return "", "", err
	}
	binary, err = compile(ctx, root, dir, m.pkg(), m.Tags, "-overlay="+overlay)
	return binary, where, err
}

// compile builds a package's tests into dir.
func compile(ctx context.Context, root, dir, pkg, tags string, more ...string) (string, error) {
	binary := filepath.Join(dir, "tests")
	args := append([]string{"test", "-c", "-vet=off", "-o", binary, "-tags=" + tags}, more...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+pkg)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the tests do not compile: %w\n%s", err, out)
	}
	return binary, nil
}

// verdict is how a test binary ended.
type verdict int

const (
	passed verdict = iota
	failed
	hung
)

// run runs the named tests, in a directory, for at most so long.
func run(ctx context.Context, binary, where, tests, atMost string) (verdict, string, error) {
	pattern := "^(" + strings.Join(strings.Fields(tests), "|") + ")$"
	cmd := exec.CommandContext(ctx, binary, "-test.run="+pattern, "-test.timeout="+atMost, "-test.failfast")
	cmd.Dir = where
	cmd.WaitDelay = time.Second // a child of a test that hung may live on, with our pipe
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch text := string(out); {
	case err == nil && strings.Contains(text, "no tests to run"):
		return passed, text, fmt.Errorf("no test is named %s", tests)
	case err == nil || errors.Is(err, exec.ErrWaitDelay): // the latter only after success
		return passed, text, nil
	case !errors.As(err, &exit):
		return passed, text, err
	case strings.Contains(text, "panic: test timed out"):
		return hung, text, nil
	default:
		return failed, text, nil
	}
}
