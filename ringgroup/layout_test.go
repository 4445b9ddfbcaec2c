package ringgroup

import (
	"encoding/binary"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/ring"
)

// Are the bytes where layout.go says?
func TestBytes(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{MaxConsumers: 3})
	publish(t, p, 0, 70)
	m := joined(t, path, Options{From: ring.FromSeq(66), Window: 64})
	next(t, m)
	b, err := os.ReadFile(m.file.Path())
	check(t, err)
	word := binary.NativeEndian.Uint64
	equal(t, "magic", string(b[:8]), "MGROUP01")
	equal(t, "window and slots", word(b[0x18:]), 3<<32|64)
	equal(t, "start", word(b[0x28:]), 66)
	equal(t, "pid", word(b[0x1000:]), uint64(os.Getpid()))
	equal(t, "delivered", word(b[0x1010:]), 1)
	words := b[0x1000+3*64:]
	equal(t, "word of 66", word(words[8*2:]), 1<<24|2)
	equal(t, "word of 67", word(words[8*3:]), 0)
	equal(t, "word of 65 + 64", word(words[8*1:]), 1<<24)
	equal(t, "size", len(b), 0x2000)
}

// Is a file that is no group's, or another's, or not whole, refused for what it is?
func TestForeignFiles(t *testing.T) {
	path := ringPath(t)
	produce(t, path, ring.Options{})
	m := joined(t, path, Options{})
	name := m.file.Path()
	check(t, m.Close())
	good, err := os.ReadFile(name)
	check(t, err)
	for what, damage := range map[string]struct {
		at    int
		value uint32
		kind  error
	}{
		"magic": {0, 1, ring.ErrCorrupt}, "version": {8, 2, ring.ErrVersion}, "order": {12, 0x04030201, ring.ErrVersion},
		"ring": {16, 0, ring.ErrCorrupt}, "odd window": {0x18, 65, ring.ErrCorrupt}, "great window": {0x18, 1 << 21, ring.ErrCorrupt},
		"no slots": {0x1c, 0, ring.ErrCorrupt}, "many slots": {0x1c, MaxMembers + 1, ring.ErrCorrupt}, "short file": {0x18, 1 << 20, ring.ErrCorrupt},
	} {
		b := append([]byte(nil), good...)
		binary.NativeEndian.PutUint32(b[damage.at:], damage.value)
		check(t, os.WriteFile(name, b, 0o644))
		if _, err := Join(path, Options{Group: "g"}); err == nil {
			t.Errorf("%s: joined", what)
		} else {
			want(t, err, damage.kind)
		}
	}
	check(t, os.WriteFile(name, good, 0o644))
	if os.Chown(name, 1, 1) == nil { // only root can
		_, err = Join(path, Options{Group: "g"})
		want(t, err, ring.ErrNotOwner)
	}
}

// Is unsafe confined to the files whose names say so?
func TestOnlyUnsafeFilesImportUnsafe(t *testing.T) {
	names, err := filepath.Glob("*.go")
	check(t, err)
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		check(t, err)
		for _, imported := range file.Imports {
			if imported.Path.Value == `"unsafe"` && !strings.Contains(name, "_unsafe") {
				t.Errorf("%s imports unsafe", name)
			}
		}
	}
}
