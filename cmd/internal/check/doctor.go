package check

import (
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/raw"
)

// doctor looks at one ring.
type doctor struct {
	Report
	host   fs.FS // the machine's files, from /
	now    time.Time
	stream *raw.Stream
	heads  *raw.Heads // nil: none that can be read

	alive    bool // a producer is there
	counters raw.Counters
	end      raw.Place // of the stream, once it is known
	endKnown bool
}

// Ring looks at the ring at path. It fails if there is no such file, or none that may be read; whatever is wrong inside is a finding.
func Ring(path string) (*Report, error) { return examine(path, os.DirFS("/")) }

func examine(path string, host fs.FS) (*Report, error) {
	s, err := raw.Open(path)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	d := &doctor{Report: Report{Path: s.File.Path()}, host: host, now: time.Now(), stream: s}
	if !s.Identity.IsRing() {
		return nil, s.Faults()[0]
	}
	d.examine()
	return &d.Report, nil
}

// examine looks at everything, from what the rest depends on to what depends on it.
func (d *doctor) examine() {
	d.permissions()
	d.filesystem()
	sound := d.identity()
	d.locks()
	if sound {
		d.examineStream()
		d.openHeads()
	}
	if d.heads != nil {
		d.consumers()
		d.cutShort("heads", d.headsAnew(), d.heads.Err())
		d.heads.Close()
	}
	if sound {
		d.groups()
	}
	d.cutShort("file", streamAnew, d.stream.Err())
	d.leftovers(sound)
}

// examineStream looks at the stream file's memory.
func (d *doctor) examineStream() {
	d.counters = d.stream.Counters()
	d.chain()
	d.judgeCounters()
	d.judgeEnd()
	d.producer()
	d.restart()
}

// cutShort finds that a file was cut short while it was looked at, if err says so.
func (d *doctor) cutShort(about, do string, err error) {
	if err != nil {
		d.broken(about, do, "it was cut short while it was looked at, and what else is said of it may be wrong: %v", err)
	}
}

// streamAnew is what to do about most of what can be broken in the stream.
const streamAnew = "save what mmring dump still shows, then make it anew (mmring pub --replace) or remove it (mmring rm)"

func (d *doctor) ok(about, format string, args ...any)       { d.add(OK, about, "", format, args...) }
func (d *doctor) note(about, do, format string, args ...any) { d.add(Note, about, do, format, args...) }
func (d *doctor) warn(about, do, format string, args ...any) {
	d.add(Warning, about, do, format, args...)
}
func (d *doctor) broken(about, do, format string, args ...any) {
	d.add(Broken, about, do, format, args...)
}

// worst is the worst of the findings from number n on.
func (d *doctor) worst(n int) (worst Level) {
	for _, f := range d.Findings[n:] {
		worst = max(worst, f.Level)
	}
	return worst
}

// hostFile is the text of one of the machine's files, "" if there is none.
func (d *doctor) hostFile(path string) string {
	text, err := fs.ReadFile(d.host, path)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
