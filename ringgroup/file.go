package ringgroup

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"time"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// groupFile is an open group file and its memory.
type groupFile struct {
	layout
	claims
	name  string
	id    identity // a copy
	file  *mmapfile.File
	mem   *mmapfile.Mapping
	seats []seat
}

// owner is the user whose stream it is: nobody else's group file is believed.
func owner(path string) (int, error) {
	file, err := mmapfile.Open(path, mmapfile.ReadOnly)
	if err != nil {
		return -1, err
	}
	defer file.Close()
	return file.Owner()
}

// openFile opens the file of a group of the ring that s describes.
func openFile(s *ring.Snapshot, group string, access mmapfile.Access) (*groupFile, error) {
	path := beside.Group(s.Path, s.RingID, group)
	want, err := owner(s.Path)
	if err != nil {
		return nil, err
	}
	file, err := mmapfile.Open(path, access)
	if err != nil {
		return nil, err
	}
	g := &groupFile{name: group, file: file}
	switch has, err := file.Owner(); {
	case err != nil:
		return nil, g.close(err)
	case has != want:
		return nil, g.close(fmt.Errorf("%w: %s is of user %d, the stream is of user %d", ring.ErrNotOwner, path, has, want))
	}
	return g, g.read(s.RingID)
}

// read maps the file and checks what it says. On an error it is closed.
func (g *groupFile) read(ringID uint64) error {
	size, err := g.file.Size()
	if err != nil {
		return g.close(err)
	}
	if size < pageSize {
		return g.close(fmt.Errorf("%w: it has %d bytes", ErrCorrupt, size))
	}
	if g.mem, err = g.file.Map(size); err != nil {
		return g.close(err)
	}
	g.id = overlay[identity](g.mem.Bytes(), 0, 1)[0]
	if err := g.cutOff(); err != nil {
		return g.close(err)
	}
	l, err := g.id.layout(ringID, size)
	if err != nil {
		return g.close(err)
	}
	g.use(l)
	return nil
}

func (g *groupFile) use(l layout) {
	mem := g.mem.Bytes()
	g.layout, g.seats = l, overlay[seat](mem, pageSize, l.slots)
	g.claims = claims{words: overlay[uint64](mem, l.wordsAt(), l.window), shift: uint(bits.TrailingZeros(uint(l.window))), living: g.alive}
}

// createFile makes the file of a new group that begins with the message start. It has no name yet; see file.Link.
func createFile(s *ring.Snapshot, group string, l layout, start uint64) (*groupFile, error) {
	path := beside.Group(s.Path, s.RingID, group)
	if user, err := owner(s.Path); err != nil {
		return nil, err
	} else if me := os.Geteuid(); me >= 0 && user != me {
		return nil, fmt.Errorf("%w: only the user of the stream, %d, can make a group of it; this process is of user %d", ring.ErrNotOwner, user, me)
	}
	heads, err := os.Stat(beside.Heads(s.Path, s.RingID))
	if err != nil {
		return nil, err
	}
	mmapfile.Sweep(path)
	g := &groupFile{name: group}
	if g.file, err = mmapfile.Create(path, l.size(), 0o600); err != nil {
		return nil, err
	}
	if err := g.file.Chmod(heads.Mode().Perm()); err != nil { // who may be a lossless consumer may be a member
		return nil, g.close(err)
	}
	if g.mem, err = g.file.Map(l.size()); err != nil {
		return nil, g.close(err)
	}
	g.use(l)
	g.id = identity{magic: magic, version: version, order: orderMark, ringID: s.RingID, window: uint32(l.window), slots: uint32(l.slots),
		created: time.Now().UnixNano(), start: start}
	overlay[identity](g.mem.Bytes(), 0, 1)[0] = g.id
	for n := start; n != start+g.width(); n++ { // the messages a window before the first ones are finished
		*g.of(n) = uint64(makeWord(g.round(n)-1, 0, finished))
	}
	return g, nil
}

// alive reports whether the slot has a living member. If nobody can tell, it has.
func (g *groupFile) alive(slot int) bool {
	locked, err := g.file.Locked(int64(slot))
	return locked || err != nil
}

// occupy takes a free slot.
func (g *groupFile) occupy() (slot int, err error) {
	for i := range g.slots {
		err = g.file.Lock(int64(i))
		if err == nil {
			return i, g.file.Check() // the group may have been removed meanwhile
		}
		if !errors.Is(err, mmapfile.ErrLocked) && !errors.Is(err, mmapfile.ErrReadLocked) {
			return 0, err
		}
	}
	return 0, fmt.Errorf("%w: it has %d members, and no more than that fit", ErrFull, g.slots)
}

// cutOff says why what was read in the file's memory is not to be believed, if that is so.
func (g *groupFile) cutOff() error { return g.mem.Err(g.file) }

// close unmaps and closes the file, which drops its locks, and returns err, or else what went wrong.
func (g *groupFile) close(err error) error {
	if g.mem != nil {
		err = cmp.Or(err, g.mem.Unmap())
	}
	return cmp.Or(err, g.file.Close())
}

// gone reports whether a file's error means that there is no such group any more, or not yet.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, mmapfile.ErrReplaced)
}
