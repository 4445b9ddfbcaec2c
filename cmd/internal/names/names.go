// Package names turns the name a person types for a ring into the path of its file.
package names

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/mmring/mmring/cmd/internal/fail"
)

// DirVariable is the environment variable that moves the rings named without a slash.
const DirVariable = "MMRING_DIR"

// defaultDir is a tmpfs on every Linux: rings there live in memory alone.
const defaultDir = "/dev/shm"

// Dir is the directory of rings that are named without a slash.
func Dir() string {
	if dir := os.Getenv(DirVariable); dir != "" {
		return dir
	}
	return defaultDir
}

// Path returns the absolute path of the ring called name: name itself if it has a slash, otherwise a file in Dir.
func Path(name string) (string, error) {
	switch {
	case name == "" || name == "." || name == "..":
		return "", fail.Usage("%q cannot name a ring; use a word such as prices, or a path", name)
	case strings.ContainsRune(name, 0):
		return "", fail.Usage("the name %q has a zero byte in it, which no file can have", name)
	case strings.ContainsRune(name, filepath.Separator) || strings.ContainsRune(name, '/'):
		return filepath.Abs(name)
	}
	return filepath.Abs(filepath.Join(Dir(), name))
}
