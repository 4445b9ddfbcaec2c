// Package lookout looks at rings again and again, whatever becomes of them meanwhile: they may appear, vanish, be replaced or be damaged.
// Looking takes no place in a ring, and nobody can tell.
package lookout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/mmring/mmring/cmd/internal/fail"
	"github.com/mmring/mmring/cmd/internal/names"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// Ring is what one look at a ring showed: its state, or why that could not be seen.
type Ring struct {
	Name  string // to be shown
	Path  string
	State ring.Snapshot
	Err   error // a sentence; State is empty then

	Groups    []Group
	GroupsErr error // why nobody can tell which there are
}

// Lookout looks at some rings. Any goroutine may use it.
type Lookout struct {
	mu    sync.Mutex
	dir   string   // all rings in it, or
	paths []string // these
	open  map[string]*ring.Observer
	other map[string]fs.FileInfo // files in dir that were no rings when they looked like this
}

// Dir watches all rings there are in a directory at each look.
func Dir(dir string) *Lookout { return newLookout(dir, nil) }

// Paths watches the rings at some paths, whether or not they exist yet.
func Paths(paths []string) *Lookout { return newLookout("", paths) }

func newLookout(dir string, paths []string) *Lookout {
	return &Lookout{dir: dir, paths: paths, open: map[string]*ring.Observer{}, other: map[string]fs.FileInfo{}}
}

// Look looks at every ring once. It fails if the directory cannot be read.
func (l *Lookout) Look() ([]Ring, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dir != "" {
		return l.lookAround()
	}
	var rings []Ring
	for _, path := range l.paths {
		r := Ring{Name: raw.Printable(filepath.Base(path)), Path: path}
		var err error
		r.State, err = l.look(path)
		if r.Err = fail.At(path, err); err == nil {
			r.Groups, r.GroupsErr = Groups(&r.State)
		}
		rings = append(rings, r)
	}
	return rings, nil
}

// lookAround looks at every ring in the directory.
func (l *Lookout) lookAround() (rings []Ring, err error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list the rings in %s: %w; name another directory, or set $%s to it",
			raw.Printable(l.dir), errors.Unwrap(err), names.DirVariable)
	}
	present, company := map[string]bool{}, companies(entries)
	for _, e := range entries {
		path := filepath.Join(l.dir, e.Name())
		if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		present[path] = true
		with := company[e.Name()]
		if r, ok := l.try(path, e, with.heads); ok {
			if r.Err == nil && with.groups {
				r.Groups, r.GroupsErr = Groups(&r.State)
			}
			rings = append(rings, r)
		}
	}
	l.forget(present)
	return rings, nil
}

// company is what lies beside a file by that file's name.
type company struct{ heads, groups bool }

// companies is what lies beside each file of a directory that has something beside it.
func companies(entries []fs.DirEntry) map[string]company {
	found := map[string]company{}
	for _, e := range entries {
		if base, f, ok := beside.Of(e.Name()); ok {
			with := found[base]
			found[base] = company{with.heads || f.Group == "", with.groups || f.Group != ""}
		}
	}
	return found
}

// try looks at a file of the directory, and reports whether it is a ring, whole or damaged. What has a heads file is one, whatever can be
// seen of it.
func (l *Lookout) try(path string, e fs.DirEntry, hasHeads bool) (r Ring, ok bool) {
	r = Ring{Name: raw.Printable(e.Name()), Path: path}
	info, err := e.Info()
	if err != nil || l.open[path] == nil && same(l.other[path], info) {
		return r, false
	}
	r.State, err = l.look(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, mmapfile.ErrNotRegular):
		return r, false
	case hasHeads: // it is or was one
	case errors.Is(err, ring.ErrNotRing):
		l.other[path] = info
		return r, false
	case errors.Is(err, fs.ErrPermission):
		return r, false
	}
	r.Err = fail.At(path, err)
	return r, true
}

// same reports whether a file is what it was at an earlier look, if there was one.
func same(before, now fs.FileInfo) bool {
	return before != nil && os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// look takes a snapshot of the ring that is at path now.
func (l *Lookout) look(path string) (s ring.Snapshot, err error) {
	if o := l.open[path]; o != nil {
		if s, err = o.Snapshot(); err == nil {
			return s, nil
		}
		l.drop(path) // there may be another one by now
	}
	o, err := ring.Observe(path)
	if err != nil {
		return s, err
	}
	l.open[path] = o
	if s, err = o.Snapshot(); err != nil {
		l.drop(path)
	}
	return s, err
}

func (l *Lookout) drop(path string) {
	if o := l.open[path]; o != nil {
		o.Close()
		delete(l.open, path)
	}
}

// forget lets go of what is not there any more.
func (l *Lookout) forget(present map[string]bool) {
	for path := range l.open {
		if !present[path] {
			l.drop(path)
		}
	}
	for path := range l.other {
		if !present[path] {
			delete(l.other, path)
		}
	}
}

// Close ends the watch.
func (l *Lookout) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for path := range l.open {
		l.drop(path)
	}
}

// Fill is how much of what the ring can keep for lossless consumers they have yet to read, from 0 to 1: at 1 the producer waits for them.
func Fill(s *ring.Snapshot) (most float64) {
	for i := range s.Consumers {
		if c := &s.Consumers[i]; Gates(c) {
			most = max(most, Behind(s, c))
		}
	}
	return most
}

// Behind is how much of that one consumer has yet to read.
func Behind(s *ring.Snapshot, c *ring.ConsumerInfo) float64 {
	kept := s.Capacity - s.Capacity/raw.Segments // up to a segment below the lowest head is spared, and so no space
	return min(float64(c.Lag.Bytes)/float64(max(kept, 1)), 1)
}

// Gates reports whether a consumer holds the producer back.
func Gates(c *ring.ConsumerInfo) bool { return c.Mode == "lossless" || c.Mode == "joining" }
