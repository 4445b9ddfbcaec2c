// Package check is a doctor for rings: it looks at everything that can be wrong with one, and says in plain words what is and what to do.
package check

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/mmring/mmring/cmd/internal/human"
)

// Level is how bad a finding is.
type Level int

const (
	OK      Level = iota // as it should be
	Note                 // worth knowing, and no trouble
	Warning              // it works, but may not for long, or not for everybody
	Broken               // something does not work
)

func (l Level) String() string { return [...]string{"ok", "note", "warning", "broken"}[l] }

// MarshalText writes the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Finding is one thing that was looked at.
type Finding struct {
	Level Level  `json:"level"`
	About string `json:"about"` // what was looked at, in a word
	What  string `json:"what"`  // was found
	Do    string `json:"do,omitempty"`
}

// Report is everything that was found about a ring.
type Report struct {
	Path     string    `json:"path"`
	Worst    Level     `json:"worst"`
	Findings []Finding `json:"findings"`
}

// add adds a finding. do is what can be done about it.
func (r *Report) add(level Level, about, do, format string, args ...any) {
	r.Worst = max(r.Worst, level)
	r.Findings = append(r.Findings, Finding{level, about, fmt.Sprintf(format, args...), do})
}

// Count is how many findings are that bad.
func (r *Report) Count(level Level) (n int) {
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// Verdict sums the report up in a sentence.
func (r *Report) Verdict() string {
	broken, warnings := human.Counted(uint64(r.Count(Broken)), "thing"), human.Counted(uint64(r.Count(Warning)), "warning")
	switch {
	case r.Worst < Warning:
		return "all is well"
	case r.Worst < Broken:
		return warnings
	case r.Count(Warning) == 0:
		return broken + " broken"
	}
	return broken + " broken, " + warnings
}

// WriteJSON writes the report as a JSON object.
func (r *Report) WriteJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

const (
	lineWidth  = 80
	textIndent = 21 // where the text of a finding stands
)

// mark is the level's name as it stands before a finding: what is bad catches the eye.
func (l Level) mark() string {
	if l >= Warning {
		return strings.ToUpper(l.String())
	}
	return l.String()
}

// Write writes the report for a person to read.
func (r *Report) Write(out io.Writer) error {
	var text strings.Builder
	for _, f := range r.Findings {
		head := fmt.Sprintf("%-8s %-11s ", f.Level.mark(), f.About)
		fill(&text, head, f.What)
		if f.Do != "" {
			fill(&text, strings.Repeat(" ", textIndent-2), "→ "+f.Do)
		}
	}
	fmt.Fprintf(&text, "\n%s: %s\n", r.Path, r.Verdict())
	_, err := io.WriteString(out, text.String())
	return err
}

// fill writes text behind head, in lines of lineWidth that begin at textIndent.
func fill(out *strings.Builder, head, text string) {
	line := head
	for _, word := range strings.Fields(text) {
		if len([]rune(line))+1+len([]rune(word)) > lineWidth && strings.TrimSpace(line) != "" && line != head {
			out.WriteString(strings.TrimRight(line, " ") + "\n")
			line = strings.Repeat(" ", textIndent)
		}
		if !strings.HasSuffix(line, " ") {
			line += " "
		}
		line += word
	}
	out.WriteString(strings.TrimRight(line, " ") + "\n")
}
