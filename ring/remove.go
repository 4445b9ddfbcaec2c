package ring

import (
	"errors"
	"fmt"
	"os"

	"github.com/mmring/mmring/mmapfile"
)

// Remove deletes a ring and what belongs to it, the files of its groups included. It fails with ErrProducerActive while its producer
// lives, with ErrNotRing if the file is not a ring, with ErrNotOwner if it is another user's, and with an error that wraps
// fs.ErrNotExist if there is none. Consumers of the ring read on to the end, and then learn that it was deleted.
func Remove(path string) error {
	if err := remove(path); err != nil {
		return fmt.Errorf("remove ring %s: %w", path, err)
	}
	return nil
}

func remove(path string) error {
	file, err := mmapfile.Open(path, mmapfile.ReadWrite)
	if err != nil {
		return err
	}
	defer file.Close()
	f := &files{path: file.Path(), stream: file, streamLocks: file}
	id, _, err := readIdentity(file)
	if errors.Is(err, ErrNotRing) {
		return err
	}
	if err := f.lockOwn(); err != nil {
		return err
	}
	if err := os.Remove(f.path); err != nil {
		return err
	}
	if id != nil {
		f.ringID = id.ringID
		f.removeBeside(func(ringID uint64) bool { return ringID == id.ringID })
	}
	return nil
}
