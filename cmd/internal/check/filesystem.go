package check

import (
	"path/filepath"
	"strings"

	"github.com/mmring/mmring/cmd/internal/human"
)

// storage is what kind of filesystem holds a file, as far as it matters to a ring.
type storage int

const (
	inMemory storage = iota
	onDisk
	copyOnWrite
	remote
)

// filesystem is what holds the ring. Figures are in bytes.
type filesystem struct {
	name            string
	kind            storage
	size, available uint64
	allocated       int64 // of the ring's own file
	readOnly        bool
}

// filesystem looks at where the ring lies.
func (d *doctor) filesystem() {
	f, err := filesystemOf(d.Path)
	if err != nil {
		d.note("filesystem", "", "it cannot be looked at: %v", err)
		return
	}
	d.judgeStorage(f)
	d.judgeSpace(f)
	if f.kind == inMemory {
		d.judgeSessions()
	}
}

func (d *doctor) judgeStorage(f filesystem) {
	const move = "make it on a tmpfs, such as /dev/shm"
	switch f.kind {
	case inMemory:
		pages := ""
		if huge := d.hugePages(); huge != "" {
			pages = ", huge pages: " + huge
		}
		d.ok("filesystem", "%s, in memory, %s of %s available%s", f.name, amount(f.available), amount(f.size), pages)
	case onDisk:
		d.warn("filesystem", move, "it lies on %s, not in memory: all that passes through it is written to disk too", f.name)
	case copyOnWrite:
		d.warn("filesystem", move, "it lies on %s, which copies what is overwritten: that takes time and space at every write, "+
			"and when there is none left the producer gets a fault", f.name)
	case remote:
		d.warn("filesystem", move, "it lies on %s, maybe on another machine: a ring works between the processes of one machine, "+
			"and here its locks may not, and reading it may fault", f.name)
	}
	if f.readOnly {
		d.warn("filesystem", "mount it for writing", "it is mounted read-only: no producer can start, and no consumer be lossless")
	}
}

// judgeSpace looks for what could run out. A ring has its space from the beginning, unless somebody took it away.
func (d *doctor) judgeSpace(f filesystem) {
	if f.kind != copyOnWrite && f.kind != remote && f.allocated < d.stream.Size {
		d.warn("filesystem", "make it anew: mmring pub --replace; a copy of a ring's file, or one with holes, is no ring to use",
			"only %s of the file's %s have space of their own: writing the rest faults when the filesystem is full",
			amount(uint64(f.allocated)), amount(uint64(d.stream.Size)))
	}
	switch need := uint64(d.stream.Size); {
	case f.size == 0: // no limit of its own
	case f.available < 1<<20:
		d.warn("filesystem", "remove what is not needed, or enlarge it", "it is full: no ring can be made on it, nor a lost heads file")
	case f.available < need:
		d.note("filesystem", "", "there is no room for a second ring of this size, which --replace takes for a moment")
	}
}

// hugePages is the mount's setting, "" if it cannot be seen.
func (d *doctor) hugePages() (setting string) {
	best := 0
	for line := range strings.Lines(d.hostFile("proc/self/mountinfo")) {
		mount, super, ok := strings.Cut(line, " - ")
		fields, options := strings.Fields(mount), strings.Fields(super)
		if !ok || len(fields) < 5 || len(options) < 3 || len(fields[4]) < best || !within(d.Path, fields[4]) {
			continue
		}
		best, setting = len(fields[4]), "off"
		for option := range strings.SplitSeq(options[len(options)-1], ",") {
			if huge, ok := strings.CutPrefix(option, "huge="); ok {
				setting = huge
			}
		}
	}
	return setting
}

// within reports whether a path is below a directory.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// amount writes bytes in three digits.
func amount(n uint64) string {
	if n < 1024 {
		return human.Counted(n, "byte")
	}
	unit, units := float64(n)/1024, "KMGT"
	for unit >= 1024 && len(units) > 1 {
		unit, units = unit/1024, units[1:]
	}
	return strings.TrimSuffix(human.Short(unit), ".00") + " " + units[:1] + "iB"
}
