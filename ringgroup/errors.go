package ringgroup

import (
	"errors"
	"fmt"
	"os"

	"github.com/mmring/mmring/ring"
)

// Errors that callers compare with errors.Is. Those of package ring come up too: ring.ErrNotYet, ErrNotOwner, ErrHeadsReadOnly, and so on.
var (
	// ErrFull: every place in the group is taken by a living member.
	ErrFull = errors.New("group is full")
	// ErrNotHeld: the message is not this member's: it never was, or it is finished already.
	ErrNotHeld = errors.New("message is not this member's to finish")
	// ErrUnfinished: this member has not finished a message that is a whole window older than the next one. It gets no more
	// before it does.
	ErrUnfinished = errors.New("this member must finish what it has before it gets more")
	// ErrWindow: the group that exists has another window than was asked for.
	ErrWindow = errors.New("group differs from what was asked for")
	// ErrCorrupt: the group file contradicts itself or the ring. The ring may be well. It wraps ring.ErrCorrupt.
	ErrCorrupt error = corrupt{}
	// ErrClosed: this member left the group. It wraps os.ErrClosed.
	ErrClosed = fmt.Errorf("group member: %w", os.ErrClosed)
	// ErrBusy: two goroutines asked one member for messages at the same time.
	ErrBusy = errors.New("group member is in use by another call; give each goroutine a member of its own")
)

// corrupt is ring.ErrCorrupt about another file.
type corrupt struct{}

func (corrupt) Error() string { return "group file is corrupt" }
func (corrupt) Unwrap() error { return ring.ErrCorrupt }
