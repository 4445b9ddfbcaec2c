package beside

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const id = 0x0123456789abcdef

// Is every name told from its likes, whatever rings and groups are called?
func TestNamesAreUnambiguous(t *testing.T) {
	hex := "0123456789abcdef"
	for name, want := range map[string]File{
		Heads("r", id):              {RingID: id},
		Group("r", id, "g"):         {RingID: id, Group: "g"},
		Group("r", id, "heads"):     {RingID: id, Group: "heads"},
		"r." + hex + ".a-B_9.group": {RingID: id, Group: "a-B_9"},
	} {
		if f, ok := Parse("r", name); !ok || f != want {
			t.Errorf("%s: %+v, %v; want %+v", name, f, ok, want)
		}
	}
	for _, name := range []string{
		"r", "r.", "r." + hex, "r." + hex + ".", "r." + hex + ".group", "r." + hex + "..group", "r." + hex + "g.group", "rr." + hex + ".heads",
		"r." + hex[1:] + ".heads", "r.0123456789abcdeg.heads", "r." + hex + ".a.group.tmp", Group("r."+hex, id, "g"), Heads("r."+hex, id),
	} {
		if f, ok := Parse("r", name); ok {
			t.Errorf("%s is taken for %+v", name, f)
		}
	}
}

func TestOf(t *testing.T) {
	for _, base := range []string{"r", "r.s", ".", "r." + "0123456789abcdef", "r.group"} {
		for name, want := range map[string]File{Group(base, id, "g"): {RingID: id, Group: "g"}, Heads(base, id): {RingID: id}} {
			if got, f, ok := Of(name); !ok || got != base || f != want {
				t.Errorf("%s: %q, %+v, %v", name, got, f, ok)
			}
		}
	}
	for _, name := range []string{"", "r", ".group", "g.group", "..group", "r.0123456789abcdef.group", "r.x.g.group", ".heads", "r.x.heads", Group("r", id, "é")} {
		if base, f, ok := Of(name); ok {
			t.Errorf("%s is taken for a file of %q, %+v", name, base, f)
		}
	}
}

func TestNamesOfGroups(t *testing.T) {
	for name, good := range map[string]bool{"billing": true, "A-1_z": true, strings.Repeat("x", MaxGroup): true,
		"": false, strings.Repeat("x", MaxGroup+1): false, "a.b": false, "a/b": false, "..": false, "é": false, "a b": false} {
		if err := CheckGroup(name); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r[x]*")
	for _, name := range []string{path, Heads(path, 1), Group(path, 2, "g"), path + "y"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := List(path)
	if err != nil || len(files) != 2 || files[0].Path != Heads(path, 1) || files[1].Path != Group(path, 2, "g") {
		t.Errorf("%v %v", files, err)
	}
}
