package check

import (
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
)

// creationByte is locked by who makes a file, while it has only its temporary name.
const creationByte = math.MaxInt64 - 1

// leftovers looks for files of this ring's name that belong to nobody any more. With an identity that is not sound nobody knows which
// heads file is the ring's.
func (d *doctor) leftovers(sound bool) {
	dir, base := filepath.Split(d.Path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var left []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case isTemporary(name, base) && !beingMade(filepath.Join(dir, name)):
			left = append(left, name)
		case sound && isOf(base, name) && !d.owns(base, name):
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		d.warn("leftovers", "nothing: the next producer removes them; or remove them yourself",
			"%s of killed producers or of rings that were replaced: %s", human.Counted(uint64(len(left)), "file"), list(left))
	}
}

// list names files, the first few of many.
func list(names []string) string {
	const most = 3
	text := raw.Printable(strings.Join(names[:min(len(names), most)], ", "))
	if len(names) > most {
		text += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return text
}

// isOf reports whether name is a file beside a ring called base: its heads file, or a group's.
func isOf(base, name string) bool {
	_, ok := beside.Parse(base, name)
	return ok
}

// owns reports whether it belongs to this very ring, and not to one that had the name before.
func (d *doctor) owns(base, name string) bool {
	f, _ := beside.Parse(base, name)
	return f.RingID == d.stream.Identity.RingID
}

// isTemporary reports whether name is what a ring called base, or a file beside it, is called while it is made.
func isTemporary(name, base string) bool {
	middle, temporary := strings.CutSuffix(name, ".tmp")
	if !temporary || len(middle) < 18 || !isID(middle[len(middle)-16:]) || middle[len(middle)-17] != '.' {
		return false
	}
	file, hidden := strings.CutPrefix(middle[:len(middle)-17], ".")
	return hidden && (file == base || isOf(base, file))
}

func isID(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == 8
}

// beingMade reports whether a process is still making the file.
func beingMade(path string) bool {
	f, err := mmapfile.Open(path, mmapfile.ReadOnly)
	if err != nil {
		return true // gone, or unknown
	}
	defer f.Close()
	made, err := f.Locked(creationByte)
	return err != nil || made
}
