//go:build linux

package main

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/mmring/mmring/ring"
)

// TestVersion: the command and the flag say the same, with all that a report of a bug needs.
func TestVersion(t *testing.T) {
	text := start(t, nil, "version").succeeds().out.String()
	for _, part := range []string{"mmring ", "go1.", "linux/", fmt.Sprint("layout version ", ring.LayoutVersion)} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %q", part, text)
		}
	}
	start(t, nil, "--version").succeeds().printed(text)
}

// TestVersionOfABuild: a revision is told if there is one, and whether it is all that was built.
func TestVersionOfABuild(t *testing.T) {
	build := &debug.BuildInfo{GoVersion: "go1.99", Main: debug.Module{Version: "v1.2.3"}}
	if got := versionText(build); !strings.HasPrefix(got, "mmring v1.2.3\ngo1.99, ") {
		t.Errorf("%q", got)
	}
	build.Settings = []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-05-04T09:00:00Z"}, {Key: "vcs.modified", Value: "true"}}
	if got := versionText(build); !strings.Contains(got, "\nrevision abc of 2026-05-04T09:00:00Z, with changes that are not committed\n") {
		t.Errorf("%q", got)
	}
}
