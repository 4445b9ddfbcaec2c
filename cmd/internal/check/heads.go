package check

import (
	"errors"
	"io/fs"
	"os"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/mmapfile"
)

// openHeads looks at the heads file from outside, and opens it if it can be believed to be one.
func (d *doctor) openHeads() {
	heads, err := raw.OpenHeads(d.stream)
	switch {
	case err == nil:
		d.heads = heads
		d.headsFile()
	case errors.Is(err, fs.ErrNotExist):
		d.headsMissing()
	case errors.Is(err, fs.ErrPermission):
		d.note("heads", "look as the ring's user", "this user may not read the heads file: nothing can be said of the consumers, and reads here are lossy")
	case isDirectory(raw.HeadsPath(d.Path, d.stream.Identity.RingID)):
		d.broken("heads", d.headsRemoved(), "a directory is in the place of the heads file, and no producer removes one")
	default:
		d.broken("heads", d.headsAnew(), "%v", err)
	}
}

func isDirectory(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// headsAnew is what to do about a heads file that a producer replaces when it starts: it sees that it is no use.
func (d *doctor) headsAnew() string {
	if d.alive {
		return "restart the producer: it makes another"
	}
	return "start a producer: it makes another"
}

// headsRemoved is what to do about one that a producer does not replace.
func (d *doctor) headsRemoved() string {
	if d.alive {
		return "stop the producer, remove the heads file, and start the producer again: it makes another"
	}
	return "remove the heads file, and start a producer: it makes another"
}

func (d *doctor) headsMissing() {
	switch {
	case !d.alive:
		d.note("heads", "", "the heads file is missing; the next producer makes another")
	case d.counters.HeadsID == 0:
		d.broken("heads", "make room on the filesystem and restart the producer",
			"the producer lost its heads file and could not make another: it waits for nobody, and every consumer is lossy")
	default:
		d.broken("heads", "restart the producer: it makes another; keep cleaners of temporary files away from it",
			"the heads file is missing: no consumer can be lossless, named or woken, except those that have it open already")
	}
}

// headsFile looks at whose it is, and whether the producer uses it.
func (d *doctor) headsFile() {
	n, path := len(d.Findings), d.heads.File.Path()
	owner, err := d.heads.File.Owner()
	if want, e := d.stream.File.Owner(); err == nil && e == nil && owner != want {
		d.broken("heads", "remove it and restart the producer: it makes another",
			"the heads file is of user %s, the stream of user %s: nobody will use it", userName(owner), userName(want))
	}
	if d.alive && d.counters.HeadsID != d.heads.HeadsID {
		d.broken("heads", "restart the producer", "the producer uses another heads file than the one that is here: it does not wait for who attaches now")
	}
	d.headsMode(path)
	if d.worst(n) < Warning {
		d.ok("heads", "the heads file belongs to the ring")
	}
}

// headsMode looks at who may write it.
func (d *doctor) headsMode(path string) {
	info, err := os.Lstat(path)
	if err != nil {
		return
	}
	switch mode := info.Mode().Perm(); {
	case mode&0o200 == 0:
		d.broken("heads", "chmod u+w "+raw.Printable(path), "its own user may not write the heads file: no producer can start, and no consumer be lossless")
	case mode&worldWrites != 0:
		d.note("heads", "", "everybody may write the heads file, and so hold the producer up, or pretend to have read")
	}
	file, err := mmapfile.Open(path, mmapfile.ReadWrite)
	if err != nil {
		d.note("heads", "read as the ring's user, or have it made with HeadsPerm", "this user may not write the heads file, and so can only read lossy")
		return
	}
	file.Close()
}
