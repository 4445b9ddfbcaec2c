package fail

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

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

func TestNothingWentWrong(t *testing.T) {
	if At("/x", nil) != nil {
		t.Error("At(nil) is an error")
	}
}
