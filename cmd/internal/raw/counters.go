package raw

import (
	"encoding/binary"
	"time"
)

// Counters are what the producer says, each word read once, in the order of the fields: a ring that is written meanwhile does not
// contradict itself for that. The exceptions that remain are named where they are judged.
type Counters struct {
	Reserved, Intent uint64
	Last, Tail       uint64
	Wakes            uint32
	Closed           uint64 // 0, or the end + 1
	HeadsID          uint64
	Anchors          [Segments]uint64
	Status           Status
}

// Status is what the producer says about itself, for display.
type Status struct {
	BootID         [16]byte
	PID            uint64
	Started        time.Time
	Generation     uint64
	Demoted, Freed uint64
	Blocked        time.Duration
	Wakeups        uint64
}

// Counters reads them all.
func (s *Stream) Counters() (c Counters) {
	wake := pageSize + 2*s.Spacing
	c.Reserved, c.Intent = s.Reserved(), word64(s.mem, pageSize)
	c.Last, c.Tail = s.Last(), word64(s.mem, pageSize+s.Spacing+8)
	c.Wakes, c.Closed, c.HeadsID = word32(s.mem, wake), word64(s.mem, wake+8), word64(s.mem, wake+16)
	for i := range uint64(Segments) {
		c.Anchors[i] = s.Anchor(i)
	}
	c.Status = s.status(wake + 24)
	return c
}

func (s *Stream) status(at uint64) (st Status) {
	word := func(off uint64) uint64 { return word64(s.mem, at+off) }
	binary.NativeEndian.PutUint64(st.BootID[:], word(0))
	binary.NativeEndian.PutUint64(st.BootID[8:], word(8))
	st.PID, st.Started, st.Generation = word(0x10), time.Unix(0, int64(word(0x18))), word(0x20)
	st.Demoted, st.Freed, st.Blocked, st.Wakeups = word(0x28), word(0x30), time.Duration(word(0x38)), word(0x40)
	return st
}

// Reserved says what may be overwritten: all positions below it less the capacity.
func (s *Stream) Reserved() uint64 { return word64(s.mem, pageSize+8) }

// Last is the position of the newest record, or of the first ever if there is none.
func (s *Stream) Last() uint64 { return word64(s.mem, pageSize+s.Spacing) }

// Anchor is the position of the first record that starts in segment i, as of the last time one did.
func (s *Stream) Anchor(i uint64) uint64 { return word64(s.mem, pageSize+3*s.Spacing+8*i) }
