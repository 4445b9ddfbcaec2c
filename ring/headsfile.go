package ring

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
)

func (f *files) headsPath() string { return headsPath(f.path, f.ringID) }

func headsPath(path string, ringID uint64) string { return beside.Heads(path, ringID) }

func writeHeadsIdentity(mem []byte, ringID, headsID uint64) {
	id := overlay[headsIdentity](mem)
	*id = headsIdentity{version: LayoutVersion, order: orderMark, ringID: ringID, headsID: headsID}
	storeFence64(&id.magic, headsMagic)
}

// createHeads makes the heads file of a ring under its final name and maps it.
func (f *files) createHeads(g *geometry) error {
	file, err := mmapfile.Create(f.headsPath(), g.headsSize(), perm(f.headsPerm))
	if err != nil {
		return err
	}
	if f.headsPerm != 0 {
		err = file.Chmod(f.headsPerm)
	}
	if err == nil {
		err = f.mapHeads(file, g)
	}
	if err == nil {
		f.headsID = randomID()
		writeHeadsIdentity(f.headsMem.Bytes(), f.ringID, f.headsID)
		err = file.Replace()
	}
	if err != nil {
		f.closeHeads()
		file.Close()
	}
	return err
}

func (f *files) mapHeads(file *mmapfile.File, g *geometry) error {
	m, err := file.Map(g.headsSize())
	if err == nil {
		f.heads, f.headsMem, f.headsLocks = file, m, file
	}
	return err
}

// openHeads opens and checks the heads file of a ring. It must be of the stream's owner: nobody else can have made it.
func (f *files) openHeads(g *geometry, access mmapfile.Access) error {
	file, err := mmapfile.Open(f.headsPath(), access)
	if err != nil {
		return err
	}
	if err = f.adoptHeads(file, g); err != nil {
		file.Close()
	}
	return err
}

func (f *files) adoptHeads(file *mmapfile.File, g *geometry) error {
	owner, err := file.Owner()
	if err != nil {
		return err
	}
	if want, err := f.stream.Owner(); err != nil || want != owner {
		return fmt.Errorf("%w: %s is of user %d, the stream is of user %d", ErrNotOwner, f.headsPath(), owner, want)
	}
	size, err := file.Size()
	if err != nil {
		return err
	}
	if size < g.headsSize() {
		return fmt.Errorf("%w: heads file has %d bytes, needs %d", ErrCorrupt, size, g.headsSize())
	}
	page, err := readPage(file)
	if err != nil {
		return err
	}
	id := overlay[headsIdentity](page)
	if id.magic != headsMagic || id.ringID != f.ringID {
		return fmt.Errorf("%w: %s does not belong to this ring", ErrCorrupt, f.headsPath())
	}
	f.headsID = id.headsID
	return f.mapHeads(file, g)
}

// renewHeads replaces a heads file that was cut off, or swept away, under the producer. If no new one can be made the producer goes on with
// memory of its own in its place: nobody gates.
func (f *files) renewHeads(g *geometry) []byte {
	if f.headsMem != nil {
		f.retired = append(f.retired, retired{f.heads, f.headsMem})
	}
	f.heads, f.headsMem, f.headsLocks = nil, nil, nil
	if f.path == "" || f.createHeads(g) != nil {
		f.headsID = 0
		return heapMemory(g.headsSize())
	}
	return f.headsMem.Bytes()
}

// sweep removes what killed producers left beside the stream: files never finished, and files of rings that were replaced.
// The caller holds the producer's lock of the file that has the name.
func (f *files) sweep() {
	mmapfile.Sweep(f.path)
	mmapfile.Sweep(f.headsPath())
	f.removeBeside(func(id uint64) bool { return id != f.ringID })
}

// removeBeside removes the files beside the stream, heads and groups, that belong to a ring with such an id.
func (f *files) removeBeside(belongs func(ringID uint64) bool) {
	others, _ := beside.List(f.path)
	for _, other := range others {
		if belongs(other.RingID) {
			os.Remove(other.Path)
		}
	}
}

func randomID() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:]) | 1 // never 0
}

// perm is the mode asked for, or the default: everybody may read.
func perm(mode fs.FileMode) fs.FileMode {
	if mode == 0 {
		return 0o644
	}
	return mode
}
