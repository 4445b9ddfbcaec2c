package ring

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mmring/mmring/mmapfile"
)

// Create makes this process the producer of the ring at path. If there is none it makes one; if there is one without a living
// producer it resumes it after its last committed message, whether or not the last producer closed it. The file
// appears complete or not at all, with its blocks reserved.
//
// It fails with ErrOptions, ErrProducerActive, ErrNotRing, ErrVersion, ErrCorrupt, ErrStale, ErrGeometry, ErrNotOwner, or a
// *mmapfile.SpaceError when the filesystem is too full. Prefer a tmpfs such as /dev/shm.
func Create(path string, o Options) (*Producer, error) {
	p, err := create(path, &o)
	if err != nil {
		return nil, fmt.Errorf("create ring %s: %w", path, err)
	}
	return p, nil
}

func create(path string, o *Options) (*Producer, error) {
	g, err := o.geometry()
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	for range 100 { // each time round somebody else made, replaced or removed the file in between
		p, err := resumeAt(path, o, g)
		if errors.Is(err, fs.ErrNotExist) {
			p, err = createAt(path, o, g, nil)
		}
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, mmapfile.ErrReplaced) && !errors.Is(err, fs.ErrNotExist) {
			return p, err
		}
		if _, e := os.Stat(filepath.Dir(path)); e != nil {
			return nil, e
		}
	}
	return nil, ErrProducerActive
}

// prefaultMost is the largest ring whose pages are mapped beforehand, in bytes; larger ones fault as they are used.
const prefaultMost = 256 << 20

// createAt makes a new ring and gives it its name: if that is taken it fails with fs.ErrExist, or takes the name
// from old, whose producer's lock the caller holds.
func createAt(path string, o *Options, g geometry, old *mmapfile.File) (p *Producer, err error) {
	f := &files{path: path, ringID: randomID(), headsPerm: o.HeadsPerm}
	defer func() {
		if err != nil {
			f.discard()
		}
	}()
	if f.stream, err = mmapfile.Create(path, g.streamSize(), perm(o.Perm)); err != nil {
		return nil, err
	}
	if o.Perm != 0 {
		if err := f.stream.Chmod(o.Perm); err != nil {
			return nil, err
		}
	}
	if err := f.initialise(o, &g); err != nil {
		return nil, err
	}
	if err := f.createHeads(&g); err != nil {
		return nil, err
	}
	p = newProducer(f, g, o)
	if err := p.start(); err != nil {
		return nil, err
	}
	name := f.stream.Link
	if old != nil {
		name = f.stream.Replace
	}
	if err := name(); err != nil {
		return nil, err
	}
	if f.heads.Check() != nil { // swept by a producer that had the name in between
		p.switchHeads(f.renewHeads(&g))
	}
	f.sweep()
	return p, nil
}

// initialise maps a new stream file, locks it and writes an empty stream.
func (f *files) initialise(o *Options, g *geometry) (err error) {
	f.streamLocks = f.stream
	if err = f.stream.Lock(producerByte); err != nil {
		return err
	}
	if f.streamMem, err = f.stream.MapTwice(dataOffset, int64(g.capacity)); err != nil {
		return err
	}
	s := newStream(f.streamMem.Bytes(), *g)
	s.writeStart()
	writeIdentity(s.mem, g, f.ringID, o)
	return nil
}

// discard undoes a creation that failed.
func (f *files) discard() {
	if f.heads != nil && f.path != "" {
		os.Remove(f.headsPath())
	}
	f.close()
}

// resumeAt takes over the ring that stands at path, or replaces it.
func resumeAt(path string, o *Options, g geometry) (p *Producer, err error) {
	file, err := mmapfile.Open(path, mmapfile.ReadWrite)
	if err != nil {
		return nil, err
	}
	f := &files{path: path, stream: file, streamLocks: file, headsPerm: o.HeadsPerm}
	defer func() {
		if err != nil || p.files != f {
			f.close()
		}
	}()
	if err := f.lockOwn(); err != nil {
		return nil, err
	}
	if o.Replace {
		return f.replace(o, g)
	}
	m, id, g, err := openStream(file)
	if err != nil {
		return nil, err
	}
	f.streamMem, f.ringID = m, id.ringID
	if err := o.agrees(id); err != nil {
		return nil, err
	}
	s := newStream(m.Bytes(), g)
	err = s.believable()
	if err = cmp.Or(f.lost(), err); err != nil {
		return nil, err
	}
	if err := f.resumeHeads(&g); err != nil {
		return nil, err
	}
	p = newProducer(f, g, o)
	if err := p.start(); err != nil {
		return nil, err
	}
	f.sweep()
	return p, nil
}

// lockOwn takes the producer's lock of a file that is this user's and still has the name.
func (f *files) lockOwn() error {
	owner, err := f.stream.Owner()
	if err != nil {
		return err
	}
	if me := os.Geteuid(); me >= 0 && owner != me {
		return fmt.Errorf("%w: it is of user %d, this process is of user %d", ErrNotOwner, owner, me)
	}
	err = f.stream.Lock(producerByte)
	if errors.Is(err, mmapfile.ErrLocked) {
		return f.producerActive()
	}
	if err != nil {
		return err
	}
	return f.stream.Check()
}

// producerActive is ErrProducerActive with the process that the ring says is its producer, if it says so.
func (f *files) producerActive() error {
	m, _, g, err := openStream(f.stream)
	if err != nil {
		return ErrProducerActive
	}
	defer m.Unmap()
	s := newStream(m.Bytes(), g)
	if pid := s.status().pid; pid != 0 {
		return fmt.Errorf("%w (it is process %d)", ErrProducerActive, pid)
	}
	return ErrProducerActive
}

// replace makes a new ring in the place of the one whose lock f holds.
func (f *files) replace(o *Options, g geometry) (*Producer, error) {
	if _, _, err := readIdentity(f.stream); errors.Is(err, ErrNotRing) {
		return nil, fmt.Errorf("%w; it is not replaced: remove it yourself, or choose another name", err)
	}
	return createAt(f.path, o, g, f.stream)
}

// resumeHeads opens the ring's heads file, or makes another if it is missing or damaged.
func (f *files) resumeHeads(g *geometry) error {
	if f.openHeads(g, mmapfile.ReadWrite) == nil {
		return nil
	}
	err := f.createHeads(g)
	if errors.Is(err, fs.ErrExist) { // a directory, which nothing replaces: to try again is no use
		return fmt.Errorf("%w: a directory is in its place, %s: remove that", ErrHeads, f.headsPath())
	}
	return err
}
