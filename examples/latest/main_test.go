//go:build linux

package main

import (
	"bytes"
	"path/filepath"
	"testing"
)

// Does the second terminal show what the first one wrote last, as often as it asks?
func TestLatest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "value")
	for _, text := range []string{"21.5", "22"} {
		if err := run(path, []string{"write", text}, nil); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			var out bytes.Buffer
			if err := run(path, []string{"read"}, &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != text+"\n" {
				t.Errorf("read %q, want %q", &out, text)
			}
		}
	}
}
