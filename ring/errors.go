package ring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Errors that callers compare with errors.Is. The errors returned wrap them with the path and the figures.
var (
	// ErrEmpty: a call that does not wait, or waits no longer than told, found no message. It is not a failure: ask again later.
	ErrEmpty = errors.New("no message yet")
	// ErrFull: TryPublish or TryClaim found no space; a lossless consumer holds it. Nothing was written.
	ErrFull = errors.New("ring is full: a lossless consumer has not read far enough")
	// ErrTooLarge: the message, claim or batch exceeds MaxMessage. Nothing was written.
	ErrTooLarge = errors.New("message too large for this ring")
	// ErrClosed: the handle was closed by this process. It wraps os.ErrClosed.
	ErrClosed = fmt.Errorf("ring handle: %w", os.ErrClosed)
	// ErrBusy: two goroutines used one handle at the same time, or the callback of a View used its consumer.
	ErrBusy = errors.New("ring handle is in use by another call; give each goroutine a handle of its own")

	// ErrDemoted: this lossless consumer held the producer up beyond the stall deadline, or lost its entry in the heads file. From
	// here on it is lossy. It is told once, as a *LappedError.
	ErrDemoted = errors.New("demoted from lossless to lossy: it held the producer up beyond the stall deadline, or lost its entry in the heads file")
	// ErrNoProducer: everything was read and no process holds the producer's lock (RequireProducer).
	ErrNoProducer = errors.New("no producer is alive and everything it committed has been read")

	// ErrOptions: an option is such that no ring, consumer or group can have it, whatever there is.
	ErrOptions = errors.New("invalid options")
	// ErrProducerActive: another process is this ring's producer, or is replacing or removing it.
	ErrProducerActive = errors.New("another producer is active: stop it, or use another path")
	// ErrNotRing: the file is not a ring. It is never overwritten.
	ErrNotRing = errors.New("not a ring")
	// ErrVersion: the ring was made by another version of the layout.
	ErrVersion = errors.New("layout version not supported")
	// ErrCorrupt: the ring contradicts itself. Nothing read from it after this point would be sure.
	ErrCorrupt = errors.New("ring is corrupt")
	// ErrStale: the machine restarted since the ring was written and it was not closed: its bytes prove nothing.
	ErrStale = errors.New("ring is from before a restart of the machine and was not closed")
	// ErrGeometry: the existing ring has other dimensions, or another message type, than asked for.
	ErrGeometry = errors.New("ring differs from what was asked for")
	// ErrNotOwner: the file belongs to another user, so writing a stream into it is refused.
	ErrNotOwner = errors.New("file belongs to another user")

	// ErrTableFull: every entry of the consumer table is taken by a living or a named consumer.
	ErrTableFull = errors.New("consumer table is full")
	// ErrNameInUse: a living consumer has this name.
	ErrNameInUse = errors.New("consumer name is in use")
	// ErrHeadsReadOnly: a lossless or named consumer must be able to write the heads file. It wraps fs.ErrPermission.
	ErrHeadsReadOnly = fmt.Errorf("lossless and named consumers need write permission on the heads file: %w", fs.ErrPermission)
	// ErrHeads: the heads file is missing or damaged. Without it a consumer can be neither lossless nor named. A producer makes
	// another; where it cannot, it does not start.
	ErrHeads = errors.New("heads file cannot be used")
	// ErrNotYet: the wanted sequence number has not been published.
	ErrNotYet = errors.New("sequence number not published yet")
	// ErrPointers: a typed ring's message type contains pointers, which mean nothing in another process.
	ErrPointers = errors.New("type contains pointers")
)

// LappedError reports messages that this consumer will never see. The next call continues after them.
type LappedError struct {
	Lost    uint64 // how many messages were lost, exactly
	Next    uint64 // sequence number of the next message
	Demoted bool   // it was a lossless consumer until now; errors.Is(err, ErrDemoted) holds
}

func (e *LappedError) Error() string {
	if e.Demoted {
		return fmt.Sprintf("%v; lost %d messages, continuing at %d", ErrDemoted, e.Lost, e.Next)
	}
	return fmt.Sprintf("lost %d messages: the producer overwrote them before they were read; continuing at %d", e.Lost, e.Next)
}

// Is makes errors.Is(err, ErrDemoted) hold for a demotion.
func (e *LappedError) Is(target error) bool { return e.Demoted && target == ErrDemoted }
