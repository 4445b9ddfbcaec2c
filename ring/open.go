package ring

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/mmring/mmring/mmapfile"
)

// Open makes a consumer of the ring at path. The zero options read everything that is still there, lossy.
//
// Reading needs read permission on the stream file alone. A consumer that may write the heads file too is listed in the consumer
// table and is woken by the producer; lossless and named consumers need that (ErrHeadsReadOnly). Others sleep in short naps.
//
// It fails with an error that wraps fs.ErrNotExist if there is no ring, with ErrNotRing, ErrVersion, ErrCorrupt, ErrStale,
// ErrGeometry (the ring carries another type), ErrTableFull, ErrNameInUse, ErrNotYet or ErrOptions (the name is too long).
func Open(path string, o ConsumerOptions) (*Consumer, error) {
	c, err := openPath(path, o)
	if err != nil {
		return nil, fmt.Errorf("open ring %s: %w", path, err)
	}
	return c, nil
}

func openPath(path string, o ConsumerOptions) (*Consumer, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	for range 10 { // a ring that is replaced meanwhile has another heads file: start over
		file, e := mmapfile.Open(path, mmapfile.ReadOnly)
		if errors.Is(e, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: no producer has made this ring; start one, or try again later", e)
		}
		if e != nil {
			return nil, e
		}
		f := &files{path: path, stream: file, streamLocks: file}
		c, e := openFiles(f, o, f.openHeads)
		if e == nil {
			return c, nil
		}
		moved := file.Check() != nil
		f.close()
		if err = e; !moved {
			break
		}
	}
	return nil, err
}

// openFiles makes a consumer of files whose stream is open. heads opens the heads file.
func openFiles(f *files, o ConsumerOptions, heads func(*geometry, mmapfile.Access) error) (*Consumer, error) {
	if len(o.Name) > MaxName {
		return nil, fmt.Errorf("%w: name %q has %d bytes, at most %d fit", ErrOptions, o.Name, len(o.Name), MaxName)
	}
	m, id, g, err := openStream(f.stream)
	if err != nil {
		return nil, err
	}
	f.streamMem, f.ringID = m, id.ringID
	if err := schemaAgrees(o.Schema, id); err != nil {
		return nil, err
	}
	c := newConsumer(newStream(m.Bytes(), g), f, o)
	if err := c.believable(); err != nil {
		return nil, cmp.Or(f.lost(), err)
	}
	if g.capacity <= prefaultMost {
		f.prefault()
	}
	if err = c.findHeads(heads); err == nil {
		err = c.join()
	}
	return c, cmp.Or(f.lost(), err)
}

func newConsumer(s stream, f *files, o ConsumerOptions) *Consumer {
	c := &Consumer{stream: s, files: f, options: o, entry: unlisted}
	c.run.buffer = newBuffer(runBytes)
	c.sleeper.word = c.wakes()
	c.register()
	return c
}

// findHeads opens the heads file, for writing if that is permitted. A lossy consumer without a name does without it.
func (c *Consumer) findHeads(open func(*geometry, mmapfile.Access) error) error {
	err := open(&c.geometry, mmapfile.ReadWrite)
	if err == nil {
		c.lookAtHeads()
	} else if errors.Is(err, fs.ErrPermission) {
		err = fmt.Errorf("%w (%w)", ErrHeadsReadOnly, err)
	} else if !errors.Is(err, ErrNotOwner) {
		err = fmt.Errorf("%w: %w", ErrHeads, err)
	}
	if c.options.Lossless || c.options.Name != "" {
		return err
	}
	return nil
}

func (c *Consumer) lookAtHeads() {
	c.heads = heads{c.geometry, c.files.headsMem.Bytes()}
	c.mayWake = true
}
