package ring

import (
	"cmp"
	"errors"
	"hash/fnv"
	"io/fs"
	"sync"

	"github.com/mmring/mmring/mmapfile"
)

// producerByte of the stream file is locked by the producer, for life. In the heads file byte i is locked by the owner of entry i,
// and nameByte(name) by the consumer of that name.
const producerByte = 0

func nameByte(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return 1<<62 | int64(h.Sum64()>>2)
}

// locker is what a handle needs of a file to hold and probe locks; *mmapfile.File is one.
type locker interface {
	Lock(off int64) error
	Unlock(off int64) error
	Locked(off int64) (bool, error)
}

// files is the two files behind a handle, opened by this process itself, and their mappings. Rings of tests have none
// of the files, only locks.
type files struct {
	path    string // "" for an anonymous ring
	ringID  uint64
	headsID uint64

	stream    *mmapfile.File
	streamMem *mmapfile.Mapping
	heads     *mmapfile.File
	headsMem  *mmapfile.Mapping
	retired   []retired // heads files that were lost

	streamLocks locker
	headsLocks  locker
	headsPerm   fs.FileMode
	unmapping   sync.RWMutex // held to unmap, and by those who read without being a call in progress
}

// retired is a heads file that is no longer used, but may still be touched by a call in progress; closed at the end.
type retired struct {
	file *mmapfile.File
	mem  *mmapfile.Mapping
}

// lost says why what was read is not to be believed: one of the mappings is lost.
func (f *files) lost() error { return cmp.Or(f.streamLost(), f.headsLost()) }

func (f *files) streamLost() error {
	if f.streamMem == nil {
		return nil
	}
	return f.streamMem.Err(f.stream)
}

func (f *files) headsLost() error {
	if f.headsMem == nil {
		return nil
	}
	return f.headsMem.Err(f.heads)
}

// prefault maps every page now. It saves faults later and is no more than that, so failing is not an error.
func (f *files) prefault() {
	if f.streamMem != nil {
		f.streamMem.Prefault()
	}
	if f.headsMem != nil {
		f.headsMem.Prefault()
	}
}

// sync makes the stream reach the disk, if there is one.
func (f *files) sync() {
	if f.streamMem != nil {
		f.streamMem.Sync()
	}
}

// producerAlive reports whether a process is the ring's producer.
func (f *files) producerAlive() (bool, error) { return f.streamLocks.Locked(producerByte) }

// consumerAlive reports whether a process owns entry i.
func (f *files) consumerAlive(i int) (bool, error) {
	if f.headsLocks == nil {
		return false, nil
	}
	return f.headsLocks.Locked(int64(i))
}

// check reports whether the path still names the stream, whole.
func (f *files) check() error {
	if f.stream == nil {
		return nil
	}
	return f.stream.Check()
}

// close unmaps and closes everything, and with it drops the locks.
func (f *files) close() error {
	err := f.closeHeads()
	for _, old := range f.retired {
		err = errors.Join(err, old.mem.Unmap(), old.file.Close())
	}
	if f.streamMem != nil {
		err = errors.Join(err, f.streamMem.Unmap())
	}
	if f.stream != nil {
		err = errors.Join(err, f.stream.Close())
	}
	return err
}

func (f *files) closeHeads() (err error) {
	if f.headsMem != nil {
		err = f.headsMem.Unmap()
	}
	if f.heads != nil {
		err = errors.Join(err, f.heads.Close())
	}
	f.heads, f.headsMem, f.headsLocks = nil, nil, nil
	return err
}
