package ring

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// parsed is this package's source, by file name, without tests.
func parsed(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	names, err := filepath.Glob("*.go")
	check(t, err)
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			files[name], err = parser.ParseFile(set, name, nil, parser.ParseComments)
			check(t, err)
		}
	}
	if len(files) < 10 {
		t.Fatal("no source")
	}
	return set, files
}

// Is unsafe confined to the files whose names say so?
func TestOnlyUnsafeFilesImportUnsafe(t *testing.T) {
	_, files := parsed(t)
	for name, file := range files {
		for _, imported := range file.Imports {
			if imported.Path.Value == `"unsafe"` && !strings.Contains(name, "_unsafe") {
				t.Errorf("%s imports unsafe", name)
			}
		}
	}
}

// Does every access to shared memory go through the verbs of protocol.go? The paths may use atomics for what is this
// process's own: such places are in the files named here.
func TestPathsSpeakInVerbs(t *testing.T) {
	own := []string{"protocol.go", "calls.go", "await.go", "stats.go", "run.go"}
	_, files := parsed(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(name, "order_") || slices.Contains(own, name) {
			continue
		}
		ast.Inspect(files[name], func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "atomic" {
					t.Errorf("%s uses atomic.%s", name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// Has every edge of protocol.go's table a verb at each end that names it, and does every verb named in the table exist?
func TestEveryEdgeHasBothEnds(t *testing.T) {
	text, err := os.ReadFile("protocol.go")
	check(t, err)
	rows := regexp.MustCompile(`(?m)^//\t([A-Z]\d)\s{2,}(.*?)\s{2,}(.*)$`).FindAllStringSubmatch(string(text), -1)
	_, files := parsed(t)
	docs := map[string]string{}
	for _, d := range files["protocol.go"].Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Doc != nil {
			docs[f.Name.Name] = f.Doc.Text()
		}
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[1] == "" })
	if len(rows) < 6 {
		t.Fatalf("only %d edges found", len(rows))
	}
	for _, row := range rows {
		named := 0
		for name, doc := range docs {
			if strings.Contains(doc, "Edge "+row[1]) && strings.Contains(row[2]+" "+row[3], name) {
				named++
			}
		}
		if named < 2 {
			t.Errorf("edge %s (%s | %s): %d verbs of its table row name it", row[1], row[2], row[3], named)
		}
	}
	for name, doc := range docs {
		for _, pair := range regexp.MustCompile(`pairs with (\w+)`).FindAllStringSubmatch(doc, -1) {
			if docs[pair[1]] == "" {
				t.Errorf("%s pairs with %s, which does not exist", name, pair[1])
			}
		}
	}
}

// Is everything exported documented, starting with its name?
func TestExportedIsDocumented(t *testing.T) {
	_, files := parsed(t)
	for name, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && d.Name.Name != "Error" && d.Name.Name != "String" {
					t.Errorf("%s: %s has no comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc == nil && ts.Doc == nil {
						t.Errorf("%s: type %s has no comment", name, ts.Name.Name)
					}
					if vs, ok := s.(*ast.ValueSpec); ok && vs.Names[0].IsExported() && d.Doc == nil && vs.Doc == nil && vs.Comment == nil {
						t.Errorf("%s: %s has no comment", name, vs.Names[0].Name)
					}
				}
			}
		}
	}
}

// Are the fences where docs/protocol.md says? On this machine nothing else may be able to tell: amd64 needs some of them for non-temporal stores
// alone, which not every CPU's memmove uses, and emulated arm64 does not reorder. (H6, H7)
func TestFences(t *testing.T) {
	for file, texts := range map[string][]string{
		"order_amd64.go": {"storeFence64(p *uint64, v uint64) { atomic.StoreUint64(p, v) }"},                               // an XCHG
		"order_arm64.s":  {"·fullFence(SB), NOSPLIT, $0-0\n\tDMB\t$0xb\t", "·loadFence(SB), NOSPLIT, $0-0\n\tDMB\t$0x9\t"}, // ISH, ISHLD
		"order_arm64.go": {"storeFence64(p *uint64, v uint64) { atomic.StoreUint64(p, v); fullFence() }",
			"storeFence32(p *uint32, v uint32) { atomic.StoreUint32(p, v); fullFence() }"},
		"protocol.go": {"intact(p uint64) bool {\n\tloadFence()\n", "announce(intent uint64) { storeFence64(", "grant(reserved uint64) { storeFence64(",
			"pinHead(i int, p uint64) { storeFence64(", "setWaiting() { storeFence32(", "setSpace() { storeFence32("},
	} {
		source, err := os.ReadFile(file)
		check(t, err)
		for _, text := range texts {
			if !strings.Contains(string(source), text) {
				t.Errorf("%s does not say %q", file, text)
			}
		}
	}
}
