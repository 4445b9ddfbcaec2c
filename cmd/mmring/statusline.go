package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// redrawStatus is how often the status line changes at most.
const redrawStatus = 200 * time.Millisecond

// statusLine is the last line of a terminal, which says how far things are. What is written to it appears above. Where there is no
// terminal it says nothing, and passes on what is written.
type statusLine struct {
	out     io.Writer
	columns int // of the terminal; 0: there is none
	drawn   time.Time
	shown   bool
}

// newStatusLine makes a status line on out, or with quiet none.
func newStatusLine(out io.Writer, quiet bool) *statusLine {
	s := &statusLine{out: out}
	if !quiet {
		s.columns = columnsOf(out)
	}
	return s
}

// columnsOf is how wide a terminal is; 0 if out is none.
func columnsOf(out io.Writer) (columns int) {
	if f, ok := out.(*os.File); ok {
		columns, _, _ = term.GetSize(int(f.Fd()))
	}
	return columns
}

// Write writes above the line.
func (s *statusLine) Write(p []byte) (int, error) {
	s.clear()
	return s.out.Write(p)
}

// update shows what text returns, unless the line has just been drawn.
func (s *statusLine) update(text func() string) {
	if s.columns == 0 || time.Since(s.drawn) < redrawStatus {
		return
	}
	s.clear()
	line := text()
	io.WriteString(s.out, line[:min(len(line), s.columns-1)])
	s.drawn, s.shown = time.Now(), true
}

// clear removes the line.
func (s *statusLine) clear() {
	if s.shown {
		io.WriteString(s.out, "\r\x1b[K")
		s.shown = false
	}
}
