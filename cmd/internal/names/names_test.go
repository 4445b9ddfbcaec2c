package names

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/mmring/mmring/cmd/internal/fail"
)

func TestPath(t *testing.T) {
	t.Setenv(DirVariable, "")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"prices":      "/dev/shm/prices",
		"./prices":    filepath.Join(here, "prices"),
		"/tmp/prices": "/tmp/prices",
		"a/../b":      filepath.Join(here, "b"),
	} {
		if got, err := Path(name); err != nil || got != want {
			t.Errorf("Path(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestPathFollowsTheVariable(t *testing.T) {
	t.Setenv(DirVariable, "/somewhere")
	if got, err := Path("prices"); err != nil || got != "/somewhere/prices" {
		t.Errorf("Path = %q, %v", got, err)
	}
	if got, err := Path("/tmp/prices"); err != nil || got != "/tmp/prices" {
		t.Errorf("a path was moved: %q, %v", got, err)
	}
}

func TestPathRefusesWhatNamesNoFile(t *testing.T) {
	for _, name := range []string{"", ".", "..", "a\x00b"} {
		if path, err := Path(name); fail.Status(err) != fail.StatusUsage {
			t.Errorf("Path(%q) = %q, %v; want a usage error", name, path, err)
		}
	}
}
