//go:build linux

package report

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mmring/mmring/bench/internal/result"
)

// Between two such marks of a document its figures are replaced: <!-- bench: ladder en --> ... <!-- bench end -->. Names of
// transports may follow the language; then there are no others, and only the first table.
var marks = regexp.MustCompile(`(?s)(<!-- bench: (\w+) (\w+)([ \w-]*?) -->\n).*?(<!-- bench end -->)`)

// Refresh replaces the figures in every Markdown document of a directory that has marks for them, and the plots in its img.
// It returns the names of the documents that it wrote.
func Refresh(directory string, f *result.File) (written []string, err error) {
	names, err := filepath.Glob(filepath.Join(directory, "*.md"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		old, err := os.ReadFile(name)
		if err != nil {
			return written, err
		}
		text := marks.ReplaceAllFunc(old, func(found []byte) []byte { return fill(found, f) })
		if bytes.Equal(text, old) {
			continue
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return written, err
		}
		written = append(written, name)
	}
	return written, refreshPlots(filepath.Join(directory, "img"), f)
}

// fill writes the figures for one pair of marks; what the file does not hold is left as it is.
func fill(found []byte, f *result.File) []byte {
	parts := marks.FindSubmatch(found)
	language := Language(parts[3])
	tables := tablesOf(result.Scenario(parts[2]), language, strings.Fields(string(parts[4])), f)
	if len(tables) == 0 {
		return found
	}
	var b bytes.Buffer
	b.Write(parts[1])
	for _, t := range tables {
		t.in(language).Markdown(&b)
		b.WriteByte('\n')
	}
	day, facts := f.Machine.Time.Format(time.DateOnly), strings.Join(f.Machine.Lines(), "; ")
	fmt.Fprintf(&b, "<sub>`%s`, %s. %s</sub>\n", f.Command, day, facts)
	b.Write(parts[5])
	return b.Bytes()
}

// told is the size of message whose round trips documents tell of.
const told = 64

// tablesOf are a scenario's tables for a document.
func tablesOf(s result.Scenario, language Language, transports []string, f *result.File) []*Table {
	some := of(f, s)
	switch {
	case len(some) == 0:
		return nil
	case s == result.Ladder:
		return LadderTables(some, language)
	case len(transports) == 0:
		return builders[s](some)
	}
	some = some.where(func(r *result.Row) bool { return slices.Contains(transports, r.Transport) })
	if s == result.Latency {
		some = some.sized(told)
	}
	if len(some) == 0 {
		return nil
	}
	return builders[s](some)[:1]
}

// refreshPlots replaces the plots that the documents show: those that lie there already.
func refreshPlots(directory string, f *result.File) error {
	for _, section := range Sections(f) {
		for _, p := range section.Plots {
			_, err := os.Stat(filepath.Join(directory, p.Name+".svg"))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err := p.saveSVG(filepath.Join(directory, p.Name+".svg")); err != nil {
				return err
			}
		}
	}
	return nil
}
