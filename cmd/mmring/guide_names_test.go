//go:build linux

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the clone that the pages are in.
const root = "../.."

// filesOf lists the files of the repository whose name ends so, as paths within it.
func filesOf(t *testing.T, suffix string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err == nil && d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case err == nil && strings.HasSuffix(name, suffix):
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("no files *%s: %v", suffix, err)
	}
	return names
}

// page returns the text of a page.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// snippets are the parts of a page that are code: blocks, indented or fenced, and what stands between backticks in a line.
func snippets(text string) (lines []string) {
	fence := false
	inline := regexp.MustCompile("`([^`\n]+)`")
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			fence = !fence
		case fence || strings.HasPrefix(line, "    "):
			lines = append(lines, strings.TrimSpace(line))
		default:
			for _, m := range inline.FindAllStringSubmatch(line, -1) {
				lines = append(lines, m[1])
			}
		}
	}
	return lines
}

// TestGuideCommands: the tool has the commands and flags that pages name, and what go and python are given is there.
func TestGuideCommands(t *testing.T) {
	tool := regexp.MustCompile(`\bmmring ([a-z]+)\b([^|;]*)`)
	other := regexp.MustCompile(`^(?:\w+=\S+ )*(?:go (?:run|test|vet|install)|python3) `)
	place := regexp.MustCompile(`(?:^|\s)(?:\./)?([a-z]+(?:/[a-z]+)*(?:\.py)?)\b`)
	calls, places := 0, 0
	for _, name := range filesOf(t, ".md") {
		text := page(t, name)
		for _, line := range snippets(text) {
			for _, m := range tool.FindAllStringSubmatch(strings.ReplaceAll(line, "./cmd/mmring", "mmring"), -1) {
				calls++
				checkFlags(t, name, m[1], m[2])
			}
			if !other.MatchString(line) {
				continue
			}
			for _, m := range place.FindAllStringSubmatch(line, -1) {
				if !strings.Contains(m[0], "./") && !strings.HasSuffix(m[1], ".py") || strings.Contains(text, "`"+m[1]+"/main.go`") {
					continue // no path, or of the reader's own making
				}
				places++
				if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
					t.Errorf("%s: %q: %v", name, line, err)
				}
			}
		}
	}
	if calls < 50 || places < 40 {
		t.Errorf("found only %d calls and %d paths", calls, places)
	}
}

// checkFlags looks whether a subcommand has the flags that are in a text.
func checkFlags(t *testing.T, where, command, text string) {
	t.Helper()
	tool := newRoot()
	tool.InitDefaultHelpCmd()
	tool.InitDefaultCompletionCmd()
	cmd, _, err := tool.Find([]string{command})
	if err != nil || cmd == tool {
		t.Errorf("%s: there is no mmring %s: %v", where, command, err)
		return
	}
	cmd.InitDefaultHelpFlag()
	for _, m := range regexp.MustCompile(`--([a-z][a-z-]*)`).FindAllStringSubmatch(text, -1) {
		if cmd.Flags().Lookup(m[1]) == nil {
			t.Errorf("%s: mmring %s has no flag --%s", where, command, m[1])
		}
	}
}

// declared are the names that the source has: exported ones of a package as package.Name and Name, methods and fields as
// Type.Name, and all functions of tests.
func declared(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, name := range filesOf(t, ".go") {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				names[receiver(n)+n.Name.Name], names[file.Name.Name+"."+n.Name.Name] = true, true
			case *ast.ValueSpec:
				for _, id := range n.Names {
					names[id.Name], names[file.Name.Name+"."+id.Name] = true, true
				}
			case *ast.TypeSpec:
				names[n.Name.Name], names[file.Name.Name+"."+n.Name.Name] = true, true
				if s, ok := n.Type.(*ast.StructType); ok {
					addFields(names, n.Name.Name, s)
				}
			}
			return true
		})
	}
	return names
}

// receiver is "Type." of a method, and nothing of a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}

func addFields(names map[string]bool, of string, s *ast.StructType) {
	for _, field := range s.Fields.List {
		for _, id := range field.Names {
			names[of+"."+id.Name] = true
		}
	}
}

// TestGuideNames: tests, errors and calls that a page names are in the source.
func TestGuideNames(t *testing.T) {
	names := declared(t)
	types := `Options|ConsumerOptions|Producer|Consumer|Snapshot|ProducerStats|ring|mmapfile|ringgroup|ringio|ringslog`
	said := regexp.MustCompile(`\b(?:(?:Test|Fuzz)[A-Z]\w+|(?:fs\.)?Err[A-Z]\w+|(?:` + types + `)\.[A-Z]\w+)`)
	found := 0
	for _, name := range filesOf(t, ".md") {
		for _, snippet := range snippets(page(t, name)) {
			for _, word := range said.FindAllString(snippet, -1) {
				found++
				is := names[word] || strings.HasPrefix(word, "fs.")
				if !is && strings.HasPrefix(word, "Test") { // -run takes a beginning
					is = slices.ContainsFunc(keys(names), func(n string) bool { return strings.HasPrefix(n, word) })
				}
				if !is {
					t.Errorf("%s names %s, which is nowhere", name, word)
				}
			}
		}
	}
	if found < 150 {
		t.Errorf("found only %d names", found)
	}
}

func keys(m map[string]bool) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}
