package raw

import (
	"bytes"
	"errors"

	"github.com/mmring/mmring/mmapfile"
)

// Stream is a ring's stream file, open read-only. Its methods that touch the memory must run inside Guard.
type Stream struct {
	File     *mmapfile.File
	Size     int64 // bytes, when it was opened
	Identity Identity
	Geometry // meaningful without Faults only

	mapping *mmapfile.Mapping
	mem     []byte // header, data, and the data once more
}

// Geometry is a ring's dimensions, validated.
type Geometry struct {
	Capacity, Alignment, Segment, Spacing uint64
	MaxPayload                            uint64 // of one record, bytes
	Slots                                 int
}

// Open opens the file at path. It fails if there is none, or none that may be read; a file that is no ring, or a damaged one, opens
// and has Faults.
func Open(path string) (*Stream, error) {
	file, err := mmapfile.Open(path, mmapfile.ReadOnly)
	if err != nil {
		return nil, err
	}
	s := &Stream{File: file}
	if err := s.load(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Stream) load() (err error) {
	if s.Size, err = s.File.Size(); err != nil || s.Size < pageSize {
		return err
	}
	page, err := firstPage(s.File)
	if err != nil {
		return err
	}
	s.Identity = parseIdentity(page)
	if len(s.Faults()) > 0 {
		return nil
	}
	s.Geometry = newGeometry(&s.Identity)
	if s.mapping, err = s.File.MapTwice(DataOffset, int64(s.Capacity)); err == nil {
		s.mem = s.mapping.Bytes()
	}
	return err
}

// firstPage is a private copy of a file's first page.
func firstPage(f *mmapfile.File) ([]byte, error) {
	m, err := f.Map(pageSize)
	if err != nil {
		return nil, err
	}
	page := bytes.Clone(m.Bytes())
	return page, errors.Join(m.Err(f), m.Unmap())
}

func newGeometry(id *Identity) Geometry {
	g := Geometry{Capacity: id.Capacity, Alignment: uint64(id.Alignment), Segment: id.Capacity / Segments,
		Spacing: uint64(id.Spacing), Slots: int(id.Slots)}
	flush := min((g.Capacity-g.Segment-g.Alignment)/2, maxFlush) &^ (g.Alignment - 1)
	g.MaxPayload = flush - headerSize
	return g
}

// Faults says what keeps the ring from being read at all.
func (s *Stream) Faults() []error { return s.Identity.Faults(s.Size) }

// Err says whether what was read is to be believed: it is not if the file was cut short meanwhile.
func (s *Stream) Err() error {
	if s.mapping == nil {
		return nil // nothing was read but a copy of the identity
	}
	return s.mapping.Err(s.File)
}

// ProducerAlive reports whether a process is the ring's producer.
func (s *Stream) ProducerAlive() (bool, error) { return s.File.Locked(0) }

// Close ends the look.
func (s *Stream) Close() error {
	var err error
	if s.mapping != nil {
		err = s.mapping.Unmap()
	}
	return errors.Join(err, s.File.Close())
}
