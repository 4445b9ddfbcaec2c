package ringgroup

import (
	"fmt"
	"math/bits"
	"structs"
	"sync/atomic"

	"github.com/mmring/mmring/ring"
)

// The group file. NAME.ID.GROUP.group lies beside the ring NAME, ID being its random id as 16 hexadecimal digits.
//
//	offset               size        what                      written by
//	0x0000               0x30        identity                  who made the file, before it had its name
//	0x1000               64 × slots  a seat for each member    the member
//	0x1000 + 64 × slots  8 × window  words, see word.go        any member, by compare-and-swap
//
// Byte i is locked, as an open-file-description lock, by the member in slot i, for life.
const (
	magic     = uint64(0x31305055_4f52474d) // the bytes MGROUP01
	version   = 1
	orderMark = 0x01020304

	pageSize = 0x1000
	seatSize = 64

	minWindow     = 64
	maxWindow     = 1 << 20
	defaultWindow = 4096
)

// identity is the file's first bytes. They never change.
type identity struct {
	_ structs.HostLayout

	magic   uint64 // 0x00
	version uint32 // 0x08
	order   uint32 // 0x0c: orderMark in the byte order of the machine
	ringID  uint64 // 0x10
	window  uint32 // 0x18: words, a power of two
	slots   uint32 // 0x1c: the most members
	created int64  // 0x20: Unix time, nanoseconds
	start   uint64 // 0x28: the group's first message
}

// seat is what a slot's members say about themselves, for display. Counts go on from one member to the next.
type seat struct {
	_ structs.HostLayout

	pid         atomic.Uint64 // 0x00: in the member's own pid namespace
	since       atomic.Uint64 // 0x08: Unix time, nanoseconds
	delivered   atomic.Uint64 // 0x10: messages given out, those that were given out again included
	redelivered atomic.Uint64 // 0x18: of these, messages that somebody had had before
	done        atomic.Uint64 // 0x20
	lost        atomic.Uint64 // 0x28: messages that nobody got
	_           [16]byte
}

// layout is the dimensions of a group file, checked.
type layout struct{ window, slots int }

func (l layout) wordsAt() int64 { return pageSize + seatSize*int64(l.slots) }
func (l layout) size() int64 {
	return (l.wordsAt() + 8*int64(l.window) + pageSize - 1) &^ (pageSize - 1)
}

// checkWindow says what is wrong with a window.
func checkWindow(window int) error {
	if window < minWindow || window > maxWindow || bits.OnesCount(uint(window)) != 1 {
		return fmt.Errorf("window %d is not a power of two from %d to %d", window, minWindow, maxWindow)
	}
	return nil
}

// layout is what the identity says, if that can be.
func (id *identity) layout(ringID uint64, size int64) (l layout, err error) {
	l = layout{int(id.window), int(id.slots)}
	switch {
	case id.magic != magic:
		return l, fmt.Errorf("%w: it is no group file (magic %#x)", ErrCorrupt, id.magic)
	case id.order != orderMark || id.version != version:
		return l, fmt.Errorf("%w: group file of version %d (order mark %#x), this is version %d", ring.ErrVersion, id.version, id.order, version)
	case id.ringID != ringID:
		return l, fmt.Errorf("%w: it is of ring %016x, not %016x", ErrCorrupt, id.ringID, ringID)
	case checkWindow(l.window) != nil || l.slots < 1 || l.slots > MaxMembers:
		return l, fmt.Errorf("%w: it is said to have %d members and a window of %d messages", ErrCorrupt, id.slots, id.window)
	case size < l.size():
		return l, fmt.Errorf("%w: it has %d bytes, needs %d", ErrCorrupt, size, l.size())
	}
	return l, nil
}
