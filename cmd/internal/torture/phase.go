package torture

// A phase is what a worker is doing. It stands on the board, so that it is known of a worker that was killed.
type phase uint64

const (
	phaseStarting phase = iota
	phaseOpening
	phaseBetween
	phasePublish
	phaseAppend
	phaseBatch
	phaseFlush
	phaseClaim
	phaseClaimed
	phaseCommit
	phaseAbort
	phaseRead
	phaseHandle
	phaseAck
	phaseSeek
	phaseLatest
	phaseClosing
	phaseClosed
	numPhases
)

var phaseNames = [numPhases]string{
	phaseStarting: "before it opened the ring",
	phaseOpening:  "opening the ring",
	phaseBetween:  "between two calls",
	phasePublish:  "inside Publish",
	phaseAppend:   "inside Append",
	phaseBatch:    "between Append and Flush",
	phaseFlush:    "inside Flush",
	phaseClaim:    "inside Claim",
	phaseClaimed:  "between Claim and Commit",
	phaseCommit:   "inside Commit",
	phaseAbort:    "inside Abort",
	phaseRead:     "waiting or reading",
	phaseHandle:   "handling a message",
	phaseAck:      "inside Ack",
	phaseSeek:     "inside Seek",
	phaseLatest:   "inside Latest",
	phaseClosing:  "inside Close",
	phaseClosed:   "after Close",
}

func (p phase) String() string { return phaseNames[p%numPhases] }
