package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

const (
	othersWrite = 0o022 // permission bits: group and others may write
	worldWrites = 0o002
)

// permissions looks at whose the file is, and who may do what to it.
func (d *doctor) permissions() {
	info, err := os.Lstat(d.Path)
	owner, e := d.stream.File.Owner()
	if err = errors.Join(err, e); err != nil {
		d.warn("file", "", "its permissions cannot be seen: %v", err)
		return
	}
	d.ok("file", "%s of user %s, mode %v", human.Counted(uint64(d.stream.Size), "byte"), userName(owner), info.Mode())
	if info.Mode().Perm()&othersWrite != 0 {
		d.warn("file", fmt.Sprintf("chmod go-w %s", raw.Printable(d.Path)),
			"its mode lets others than its user write the stream: they could corrupt it for every reader")
	}
	if owner != os.Geteuid() {
		d.note("file", "", "it is another user's: you can read it, and cannot be its producer")
	}
	dir, err := os.Stat(filepath.Dir(d.Path))
	if err == nil && dir.Mode().Perm()&worldWrites != 0 && dir.Mode()&fs.ModeSticky == 0 {
		d.warn("file", "chmod +t its directory, or use another",
			"everybody may write its directory, which has no sticky bit: anybody could put another ring in its place")
	}
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// identity looks at the first page, and reports whether the rest can be read by it.
func (d *doctor) identity() bool {
	faults := d.stream.Faults()
	for _, fault := range faults {
		do := streamAnew
		if errors.Is(fault, ring.ErrVersion) {
			do = "use the mmring that made it, or make it anew: mmring pub --replace"
		}
		d.broken("identity", do, "%v", fault)
	}
	if len(faults) > 0 {
		return false
	}
	id := &d.stream.Identity
	d.ok("identity", "layout %d, id %016x, %v of data, messages up to %s, room for %s", id.Version, id.RingID,
		human.Bytes(id.Capacity), human.Counted(d.stream.MaxPayload, "byte"), human.Counted(uint64(id.Slots), "consumer"))
	if id.Created.After(d.now.Add(clockSlack)) {
		d.note("identity", "set the machine's clock", "it was made in the future, at %v", id.Created)
	}
	return true
}

// locks looks at who holds the producer's lock.
func (d *doctor) locks() {
	alive, err := d.stream.ProducerAlive()
	if err != nil {
		d.broken("locks", "use a filesystem with locks, such as a tmpfs", "the producer's lock cannot be looked at: %v", err)
		return
	}
	d.alive = alive
	if alive {
		d.ok("locks", "a producer holds its lock")
		return
	}
	if readLocked(d.stream.File, 0) {
		d.broken("locks", "find the process (lslocks) and end it, or make the ring anew: mmring pub --replace",
			"no producer holds the lock, but somebody holds a read lock in its place: no producer can start")
		return
	}
	d.ok("locks", "no producer holds its lock")
}
