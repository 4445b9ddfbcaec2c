package ringgroup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

const readWrite = mmapfile.ReadWrite

// Message is one message of the stream, given to this member alone. It, and its payload, are the member's until its next call
// of Next, and may be changed freely. Keep a copy of what is to last longer.
type Message struct {
	Seq         uint64 // its number in the stream; Done wants it
	Tag         uint32 // what the producer gave with it
	Payload     []byte // a copy of the producer's bytes
	Redelivered int    // how often it was given out before, modulo 32768: by members that died, or left, before they finished it
}

// Member is this process's part in a group.
//
// One goroutine at a time may call Next and TryNext. Done, Stats and Close may be called from any.
type Member struct {
	*groupFile
	consumer *ring.Consumer
	slot     int

	// All messages below cursor are finished, or somebody has them. The consumer has been as far as reach; where that is
	// ahead of cursor, what lies between is to be looked at one by one. hand, if there is one, is the message reach.
	cursor, reach uint64
	hand          *ring.Message
	low           uint64 // all messages below it are finished
	acked         uint64 // and what lies below this the consumer has acknowledged
	lowSeen       uint64 // low, when this last looked for what the dead have left
	lost          uint64 // messages to be told of
	demoted       bool   // to be told of
	founding      bool   // made the group, and has not read yet

	before Stats                 // of the slot, when it was entered
	seen   atomic.Pointer[Stats] // as last asked for

	message  Message
	waits    bool   // the call in progress may
	unlooked uint64 // bytes of the ring, passed since it last looked at low
	lookAt   uint64 // as many make it look again: a sixteenth of the ring
	least    uint64 // a message counts at least as many, so that it looks in a sixteenth of the window too
	nap      nap

	turn    sync.Mutex   // held by Next
	using   sync.RWMutex // held to touch the file's memory from elsewhere; by Close, to end that
	closing atomic.Bool
}

// String says whose member it is.
func (m *Member) String() string { return "member of group " + m.name + ", " + m.consumer.String() }

func newMember(s *ring.Snapshot, g *groupFile, slot int, c *ring.Consumer, at uint64) *Member {
	m := &Member{groupFile: g, consumer: c, slot: slot, cursor: at, reach: at, low: at, acked: at, lowSeen: at}
	m.least = uint64(max(s.Alignment, s.Capacity/g.layout.window))
	if s.StallDeadline == 0 { // else the producer wants to see it move
		m.lookAt = uint64(s.Capacity) / 16
	}
	m.seen.Store(&Stats{})
	return m
}

// Next returns a message that no other member has, waiting for one if need be. It is this member's to finish, with Done, before or
// after it asks for more. New messages come in order; those that others left unfinished come as soon as that is noticed.
//
// The end of the stream is io.EOF: the producer closed it, and every message is finished or this member's. A message that was
// overwritten before anybody got it is reported once, to one member, as part of a *ring.LappedError with their exact number; the next
// call goes on. When ctx is done Next returns its error and loses nothing. Other errors: ErrClosed, ErrBusy,
// ErrUnfinished, and those of ring.Consumer.Next.
//
// A member that waits while it has unfinished messages may wait for itself: the producer cannot publish when the ring is full of what is
// not finished. Finish everything first, or use TryNext.
func (m *Member) Next(ctx context.Context) (*Message, error) { return m.next(ctx, true) }

// TryNext is Next that does not wait: it fails with ring.ErrEmpty.
func (m *Member) TryNext() (*Message, error) { return m.next(context.Background(), false) }

func (m *Member) next(ctx context.Context, wait bool) (msg *Message, err error) {
	if !m.turn.TryLock() {
		return nil, m.refusal(ErrBusy)
	}
	defer m.turn.Unlock()
	if m.closing.Load() {
		return nil, ErrClosed
	}
	for m.waits = wait; msg == nil && err == nil; {
		msg, err = m.step(ctx)
		if lost := m.cutOff(); lost != nil {
			msg, err = nil, lost
		}
	}
	if errors.Is(err, ring.ErrClosed) {
		err = ErrClosed
	}
	return msg, err
}

// Done says that this member has finished a message. It takes effect at once: after it nobody is given the message again. It fails
// with ErrNotHeld if the message is not this member's.
func (m *Member) Done(seq uint64) (err error) {
	m.using.RLock()
	defer m.using.RUnlock()
	if m.closing.Load() {
		return ErrClosed
	}
	held := m.release(seq, m.slot, finished)
	if err := m.cutOff(); err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("%w: message %d", ErrNotHeld, seq)
	}
	m.seat().done.Add(1)
	return m.cutOff()
}

// Close ends this member's part, and hands back what it has not finished. It interrupts a Next on another goroutine, which
// returns ErrClosed, and waits for it. Later calls do nothing.
func (m *Member) Close() error {
	if m.closing.Swap(true) {
		return nil
	}
	err := m.consumer.Close()
	m.turn.Lock()
	m.using.Lock()
	defer m.using.Unlock()
	defer m.turn.Unlock()
	m.handBack(m.slot)
	m.look()
	return m.close(errors.Join(err, m.cutOff()))
}

// Stats says what this member has seen. After Close it is what it had seen by then.
func (m *Member) Stats() Stats {
	m.using.RLock()
	defer m.using.RUnlock()
	if !m.closing.Load() {
		m.look()
	}
	return *m.seen.Load()
}

// look takes note of what the seat says.
func (m *Member) look() {
	if s := m.seat().stats().since(m.before); m.cutOff() == nil {
		m.seen.Store(s)
	}
}

// refusal is err, unless the member is closed.
func (m *Member) refusal(err error) error {
	if m.closing.Load() {
		return ErrClosed
	}
	return err
}
