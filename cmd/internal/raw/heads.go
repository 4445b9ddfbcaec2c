package raw

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// Heads is a ring's heads file, open read-only. Anyone who may write it may have written anything.
type Heads struct {
	Geometry
	File    *mmapfile.File
	HeadsID uint64 // as its own first page says

	mapping *mmapfile.Mapping
	mem     []byte
}

// Mode is what an entry of the consumer table says it is.
type Mode uint8

// The modes of the layout.
const (
	Free Mode = iota
	Joining
	Lossless
	Lossy
	Demoted
	Parked
)

// String is the name that ring.ConsumerInfo gives it.
func (m Mode) String() string {
	if names := [...]string{"free", "joining", "lossless", "lossy", "demoted", "parked"}; int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("mode %d", uint8(m))
}

// Gates reports whether an entry of this mode holds the producer back.
func (m Mode) Gates() bool { return m == Joining || m == Lossless }

// Entry is an entry of the consumer table, as it says.
type Entry struct {
	Index           int
	State           uint64 // epoch and mode
	Mode            Mode
	Head, NextSeq   uint64
	Lost, Delivered uint64
	PID             uint32
	NameLen         uint32
	Name            string // at most the room there is
	Since           time.Time
	Alive           bool // a process holds its lock
}

// HeadsPath is where the heads file of the ring at path is.
func HeadsPath(path string, ringID uint64) string { return fmt.Sprintf("%s.%016x.heads", path, ringID) }

// OpenHeads opens the heads file of a stream without Faults.
func OpenHeads(s *Stream) (*Heads, error) {
	file, err := mmapfile.Open(HeadsPath(s.File.Path(), s.Identity.RingID), mmapfile.ReadOnly)
	if err != nil {
		return nil, err
	}
	h := &Heads{Geometry: s.Geometry, File: file}
	if err := h.load(s.Identity.RingID); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (h *Heads) load(ringID uint64) error {
	size, err := h.File.Size()
	if err != nil {
		return err
	}
	if size < h.size() {
		return corrupt("the heads file has %d bytes and needs %d", size, h.size())
	}
	page, err := firstPage(h.File)
	if err != nil {
		return err
	}
	switch version := binary.NativeEndian.Uint32(page[8:]); {
	case binary.NativeEndian.Uint64(page) != headsMagic:
		return corrupt("the heads file does not start with the magic of one")
	case version != ring.LayoutVersion:
		return fmt.Errorf("%w: the heads file has version %d", ring.ErrVersion, version)
	case binary.NativeEndian.Uint64(page[16:]) != ringID:
		return corrupt("the heads file belongs to another ring")
	}
	h.HeadsID = binary.NativeEndian.Uint64(page[24:])
	if h.mapping, err = h.File.Map(h.size()); err == nil {
		h.mem = h.mapping.Bytes()
	}
	return err
}

func (g *Geometry) entry(i int) uint64 {
	states := (8*uint64(g.Slots) + g.Spacing - 1) &^ (g.Spacing - 1)
	return pageSize + 2*g.Spacing + states + 2*g.Spacing*uint64(i)
}

func (g *Geometry) size() int64 { return int64(g.entry(g.Slots)+pageSize-1) &^ (pageSize - 1) }

// Err is that of Stream.
func (h *Heads) Err() error { return h.mapping.Err(h.File) }

// State reads the state of entry i again.
func (h *Heads) State(i int) uint64 { return word64(h.mem, pageSize+2*h.Spacing+8*uint64(i)) }

// Entry reads entry i: its state first.
func (h *Heads) Entry(i int) Entry {
	at, state := h.entry(i), h.State(i)
	e := Entry{Index: i, State: state, Mode: Mode(state), Head: word64(h.mem, at), NextSeq: word64(h.mem, at+8),
		Lost: word64(h.mem, at+16), Delivered: word64(h.mem, at+24)}
	who := at + h.Spacing
	e.PID, e.NameLen, e.Since = word32(h.mem, who), word32(h.mem, who+4), time.Unix(0, int64(word64(h.mem, who+8)))
	e.Name = string(h.mem[who+16:][:min(e.NameLen, ring.MaxName)])
	e.Alive, _ = h.File.Locked(int64(i))
	return e
}

// Close ends the look.
func (h *Heads) Close() error {
	var err error
	if h.mapping != nil {
		err = h.mapping.Unmap()
	}
	return errors.Join(err, h.File.Close())
}
