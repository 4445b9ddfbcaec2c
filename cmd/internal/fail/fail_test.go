package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, StatusOK},
		{errors.New("broken"), StatusFailed},
		{Usage("no such flag"), StatusUsage},
		{fmt.Errorf("mmring: %w", Usage("no such flag")), StatusUsage},
		{At("/x", fmt.Errorf("create ring /x: %w", ring.ErrOptions)), StatusUsage},
		{&fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}, StatusOK},
	} {
		if got := Status(c.err); got != c.want {
			t.Errorf("Status(%v) = %d, want %d", c.err, got, c.want)
		}
	}
}

func TestSentenceSaysThePathOnce(t *testing.T) {
	path := t.TempDir() + "/absent"
	_, err := ring.Open(path, ring.ConsumerOptions{})
	got := At(path, err).Error()
	if strings.Count(got, path) != 1 || !strings.HasPrefix(got, path+": there is no such ring; ") {
		t.Errorf("sentence is %q", got)
	}
	if !errors.Is(At(path, err), fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}

func TestSentenceKeepsFigures(t *testing.T) {
	err := fmt.Errorf("open ring /x: %w", fmt.Errorf("%w: the file has version 9", ring.ErrVersion))
	want := "/x: layout version not supported: the file has version 9; use the mmring that made it, or make it anew: mmring pub --replace"
	if got := At("/x", err).Error(); got != want {
		t.Errorf("sentence is %q, want %q", got, want)
	}
}

func TestSentenceIsOneLine(t *testing.T) {
	err := At("/x", errors.Join(errors.New("one"), errors.New("two")))
	if got := err.Error(); got != "/x: one; two" {
		t.Errorf("sentence is %q", got)
	}
}

// TestNothingCommandsTheTerminal: a name is shown, not obeyed; other scripts, and several lines, stay as they are.
func TestNothingCommandsTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"/é/名: one\ntwo": "/é/名: one\ntwo", "a\x1b[2Jb": `a\x1b[2Jb`, "\xff\r\a": `\xff\r\a`, "\u202e\ufffd": "\\u202e\ufffd", `C:\x`: `C:\x`,
	} {
		if got := Plain(errors.New(text)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestSentences: what is said of some errors as they come.
func TestSentences(t *testing.T) {
	system := func(err error) error {
		return fmt.Errorf("open ring /x: %w", &fs.PathError{Op: "open", Path: "/x", Err: err})
	}
	for want, err := range map[string]error{
		"/x: a part of its path is no directory; choose another name":       system(syscall.ENOTDIR),
		"/x: the name is too long for a file; choose a shorter one":         system(syscall.ENAMETOOLONG),
		"/x: is a symbolic link; name the file itself":                      errors.Join(fmt.Errorf("open /x: %w", mmapfile.ErrSymlink), nil),
		"/x: not a ring: short; remove it yourself, or choose another name": fmt.Errorf("%w: short; remove it yourself, or choose another name", ring.ErrNotRing),
	} {
		if got := At("/x", err).Error(); got != want {
			t.Errorf("sentence is %q, want %q", got, want)
		}
	}
	missing := fmt.Errorf("open ring /x: %w", fmt.Errorf("%w: %w", ring.ErrHeads, fs.ErrNotExist))
	if got := At("/x", missing).Error(); strings.Contains(got, "no such ring") || !strings.HasPrefix(got, "/x: heads file cannot be used: ") {
		t.Errorf("sentence is %q", got)
	}
}

func TestNothingWentWrong(t *testing.T) {
	if At("/x", nil) != nil {
		t.Error("At(nil) is an error")
	}
}
