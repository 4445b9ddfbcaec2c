//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestManualPages: there is one of each command that people use, and man has nothing to object to.
func TestManualPages(t *testing.T) {
	ringDir(t)
	dir := filepath.Join(t.TempDir(), "man1")
	start(t, nil, "man", "--into", dir).succeeds().says(dir)
	for _, cmd := range newRoot().Commands() {
		page := filepath.Join(dir, "mmring-"+cmd.Name()+".1")
		text, err := os.ReadFile(page)
		if cmd.Hidden {
			if err == nil {
				t.Errorf("%s has a page", cmd.Name())
			}
			continue
		}
		if err != nil || !strings.Contains(string(text), cmd.Short) || !strings.Contains(string(text), ".SH EXAMPLE") {
			t.Errorf("%s: %v: %.200s", page, err, text)
			continue
		}
		if man := manual(); man != "" {
			rendered := exec.Command(man, "--warnings", "-l", page)
			rendered.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=80")
			var words strings.Builder
			rendered.Stderr = &words
			if out, err := rendered.Output(); err != nil || words.String() != "" || !strings.Contains(string(out), "SYNOPSIS") {
				t.Errorf("%s: %v: %s", page, err, &words)
			}
		}
	}
}

// manual is the command that shows manual pages; "" where there is none, or only a note that there is none, as in small containers.
func manual() string {
	if out, err := exec.Command("man", "--version").Output(); err != nil || !strings.HasPrefix(string(out), "man ") {
		return ""
	}
	return "man"
}

func TestManualPageOfOne(t *testing.T) {
	for want, args := range map[string][]string{"mmring-sub ": {"man", "sub"}, "mmring ": {"man"}} {
		if page := start(t, nil, args...).succeeds().out.String(); !strings.Contains(page, ".SH NAME\n"+want) {
			t.Errorf("%v: %.200s", args, page)
		}
	}
	page := start(t, nil, "man", "sub").succeeds().out.String()
	for _, part := range []string{`%x  payload in hexadecimal        %o  number`, `\\n \\t \\r \\0 \\\\ \\xNN`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %q in\n%s", part, page)
		}
	}
	complains(t, start(t, nil, "man", "--into", "/proc/nowhere"), "cannot make a directory", "choose another")
}
