//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is a pseudo-terminal of 80×24: what a person holds, and what the tool gets.
func terminal(t testing.TB) (person, tool *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { person.Close() })
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err == nil {
		tool, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skip("no terminals here:", err)
	}
	t.Cleanup(func() { tool.Close() })
	return person, tool
}

// onScreen starts a tool in a terminal, and gathers what it draws.
func onScreen(t testing.TB, args ...string) (p *process, keys *os.File) {
	t.Helper()
	person, tool := terminal(t)
	p = prepare(t, tool, args...)
	p.Stdout = tool
	p.Env = append(os.Environ(), "TERM=xterm-256color")
	gather(person, &p.out)
	return p.start(), person
}

// gather keeps what appears on a terminal.
func gather(person *os.File, out *output) {
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			if out.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
}

// TestTopLive: a ring that is written, removed, made anew and damaged is shown; q ends it, and the screen is as it was.
func TestTopLive(t *testing.T) {
	path := ringFile(t)
	p, keys := onScreen(t, "top", "--interval", "50ms")
	drawn := func(text string) {
		t.Helper()
		eventually(t, "it has drawn "+text, func() bool { return strings.Contains(p.out.String(), text) })
	}
	drawn("1 ring, 0 consumers")
	start(t, strings.NewReader("x\n"), "pub", "second").succeeds()
	drawn("second")
	start(t, nil, "rm", path).succeeds()
	start(t, strings.NewReader("x\n"), "pub", path, "--capacity", "128K").succeeds()
	drawn("128 K")
	alter(t, path, 0x1080, 1) // last is nonsense
	drawn("corrupt")
	keys.WriteString("s?")
	drawn("any key")
	keys.WriteString("xq")
	p.succeeds()
	drawn("\x1b[?1049l") // back to the screen there was
}

// TestTopInterrupted: SIGTERM gives the terminal back too.
func TestTopInterrupted(t *testing.T) {
	path := ringFile(t)
	p, _ := onScreen(t, "top", path, "--interval", "50ms")
	eventually(t, "it has drawn", func() bool { return strings.Contains(p.out.String(), "64 KiB") })
	p.signal(syscall.SIGTERM)
	p.succeeds()
	eventually(t, "the screen is back", func() bool { return strings.Contains(p.out.String(), "\x1b[?1049l") })
}

// TestFrameRate: the view is drawn at most 20 times a second. The library keeps that to itself; 0 would be its own 60.
func TestFrameRate(t *testing.T) {
	program := onTerminal(t.Context(), nil, nil, io.Discard)
	if fps := reflect.ValueOf(program).Elem().FieldByName("fps").Int(); fps < 1 || fps > 20 {
		t.Errorf("%d frames a second", fps)
	}
}
