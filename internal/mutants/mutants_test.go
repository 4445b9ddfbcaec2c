package mutants

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	runMutants = flag.Bool("mutants", false, "build and run the mutants; with -short the first of each trap")
	times      = flag.Int("times", 1, "how often each mutant is to die, built once")
	update     = flag.Bool("update", false, "write docs/traps.md")
)

const (
	root      = "../.."
	patience  = "120s" // for a test that does not hang
	hangsFor  = "45s"  // as long as a test that hangs gives up after, and more
	trapsFile = root + "/docs/traps.md"
)

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// Does each mutant fail the tests that are to notice it? Do the same tests pass as the source is?
func TestMutantsDie(t *testing.T) {
	if !*runMutants {
		t.Skip("takes minutes: -mutants")
	}
	for _, trap := range Traps {
		for i := range trap.Mutants {
			m := &trap.Mutants[i]
			if testing.Short() && (i > 0 || m.Hangs) {
				continue
			}
			t.Run(fmt.Sprintf("%s without %s", trap.ID, m.Without), func(t *testing.T) {
				t.Parallel()
				m.dies(t)
			})
		}
	}
}

func (m *Mutant) dies(t *testing.T) {
	top := absolute(t, root)
	binary, where, err := m.build(t.Context(), top, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	atMost := patience
	if m.Hangs {
		atMost = hangsFor
	}
	for n := range *times {
		switch got, out, err := run(t.Context(), binary, where, m.Test, atMost); {
		case err != nil:
			t.Fatal(err)
		case got == passed:
			t.Errorf("the mutant lives, time %d of %d: %s of %s passes without %s", n+1, *times, m.Test, m.pkg(), m.Without)
		case got == hung && !m.Hangs:
			t.Errorf("the mutant hangs, where a failure was expected:\n%s", out)
		}
	}
}

// Do the tests that are to notice the mutants pass where there is nothing to notice?
func TestUnbrokenPasses(t *testing.T) {
	if !*runMutants {
		t.Skip("takes minutes: -mutants")
	}
	named := map[[2]string]map[string]bool{} // by package and tags
	for _, trap := range Traps {
		for _, m := range trap.Mutants {
			key := [2]string{m.pkg(), m.Tags}
			if named[key] == nil {
				named[key] = map[string]bool{}
			}
			named[key][m.Test] = true
		}
	}
	for key, tests := range named {
		top := absolute(t, root)
		binary, err := compile(t.Context(), top, t.TempDir(), key[0], key[1])
		if err != nil {
			t.Fatal(err)
		}
		for test := range tests {
			if got, out, err := run(t.Context(), binary, filepath.Join(top, key[0]), test, patience); err != nil || got != passed {
				t.Errorf("%s of %s, tags %q: %v\n%s", test, key[0], key[1], err, out)
			}
		}
	}
}

// Is every trap there, in order, with a mutant or a reason; does each mutant fit the source; does what it names exist?
func TestTable(t *testing.T) {
	modelled := modelMutations(t)
	for i, trap := range Traps {
		if want := fmt.Sprintf("H%d", i+1); trap.ID != want {
			t.Errorf("trap %d is %s, want %s", i, trap.ID, want)
		}
		if len(trap.Mutants) == 0 && trap.Reason == "" {
			t.Errorf("%s has neither a mutant nor a reason why not", trap.ID)
		}
		for _, name := range trap.Model {
			if !modelled[name] {
				t.Errorf("%s: internal/model takes nothing out that it calls %q", trap.ID, name)
			}
		}
		for _, m := range trap.Mutants {
			if _, err := m.mutated(root); err != nil {
				t.Errorf("%s: %v", trap.ID, err)
			}
			for _, test := range strings.Fields(m.Test) {
				if !functions(t, filepath.Join(root, m.pkg()))[test] {
					t.Errorf("%s: no test of %s is named %s", trap.ID, m.pkg(), test)
				}
			}
		}
	}
	if len(Traps) != 47 {
		t.Errorf("%d traps, want 47", len(Traps))
	}
}

// known are the functions of directories, once they were looked for.
var known = map[string]map[string]bool{}

// functions are those of a package's tests.
func functions(t *testing.T, dir string) map[string]bool {
	t.Helper()
	if names := known[dir]; names != nil {
		return names
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	}
	known[dir] = names
	return names
}

// Does docs/traps.md say what is tested?
func TestPage(t *testing.T) {
	want := page()
	if *update {
		if err := os.WriteFile(trapsFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(trapsFile); err != nil || string(got) != string(want) {
		t.Errorf("docs/traps.md is not what the table says (%v): go test ./internal/mutants -update", err)
	}
}

// modelMutations are the names of what internal/model takes out and must notice.
func modelMutations(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	paths, _ := filepath.Glob(root + "/internal/model/*_test.go")
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`mutation\{name: "([^"]*)"`).FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
	}
	return names
}

// Do the tests exist that the pages name?
func TestNamedTestsExist(t *testing.T) {
	have := map[string]bool{}
	for _, dir := range []string{"ring", "mmapfile", "ringgroup"} {
		for name := range functions(t, filepath.Join(root, dir)) {
			have[name] = true
		}
	}
	for _, page := range []string{"docs/reliability.md", "docs/traps.md", "SECURITY.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(text), -1)
		for _, name := range names {
			if !have[name[1]] {
				t.Errorf("%s names %s, which does not exist", page, name[1])
			}
		}
		if len(names) < 10 {
			t.Errorf("%s names %d tests only", page, len(names))
		}
	}
}
