package mmapfile

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Is unsafe confined to the files whose names say so?
func TestOnlyUnsafeFilesImportUnsafe(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source files", err)
	}
	for _, name := range files {
		base := strings.TrimSuffix(name, ".go")
		if strings.HasSuffix(base, "_test") || strings.HasSuffix(base, "_unsafe") || strings.Contains(base, "_unsafe_") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range file.Imports {
			if imported.Path.Value == `"unsafe"` {
				t.Errorf("%s imports unsafe", name)
			}
		}
	}
}
