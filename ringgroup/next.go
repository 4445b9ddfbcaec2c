package ringgroup

import (
	"context"
	"errors"
	"io"

	"github.com/mmring/mmring/mmapfile"
	"github.com/mmring/mmring/ring"
)

// before compares sequence numbers.
func before(a, b uint64) bool { return int64(a-b) < 0 }

// step brings Next on. It returns neither a message nor an error when there is more to do.
func (m *Member) step(ctx context.Context) (*Message, error) {
	switch {
	case m.lost > 0 || m.demoted:
		return nil, m.tell()
	case m.unlooked > m.lookAt:
		return m.lookAround(ctx)
	case before(m.cursor, m.reach):
		return m.catchUp(ctx)
	case m.hand != nil:
		return m.offer(ctx, m.hand)
	}
	message, err := m.consumer.TryNext()
	if err == ring.ErrEmpty {
		return m.idle(ctx)
	}
	return m.fetched(ctx, message, err)
}

// fetched deals with what the consumer brought.
func (m *Member) fetched(ctx context.Context, message *ring.Message, err error) (*Message, error) {
	founding := m.founding
	m.founding = false
	if err != nil {
		return m.failed(ctx, err, founding)
	}
	m.unlooked += max(m.least, uint64(len(message.Payload)))
	if !before(message.Seq, m.cursor) { // else it was looked at before the consumer came this far
		m.hand, m.reach = message, message.Seq
	}
	return nil, nil
}

// failed deals with what it brought instead of a message.
func (m *Member) failed(ctx context.Context, err error, founding bool) (*Message, error) {
	if lapped := lappedBy(err); lapped != nil {
		if founding { // the group begins after what it was to begin with
			m.lost += lapped.Lost
		}
		m.reach, m.demoted = lapped.Next, lapped.Demoted
		return nil, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, ring.ErrNoProducer) || errors.Is(err, mmapfile.ErrDeleted) || errors.Is(err, mmapfile.ErrReplaced) {
		return m.awaitOthers(ctx, err)
	}
	return nil, err
}

// lappedBy is the loss that an error tells of, if it does.
func lappedBy(err error) (lapped *ring.LappedError) {
	errors.As(err, &lapped)
	return lapped
}

// offer takes the message at the cursor, if it is to be had, and passes it otherwise.
func (m *Member) offer(ctx context.Context, message *ring.Message) (*Message, error) {
	taken, again, s := m.take(m.cursor, m.slot)
	if s == crowded {
		return m.awaitOthers(ctx, m.ownCrowd())
	}
	if message == m.hand {
		m.hand = nil
	}
	m.passTo(m.cursor + 1)
	if !taken {
		return nil, nil
	}
	return m.deliver(message, again), nil
}

// passTo moves the cursor on.
func (m *Member) passTo(seq uint64) {
	m.cursor = seq
	if before(m.reach, seq) {
		m.reach = seq
	}
	m.nap = 0
}

// deliver makes a message of the ring this member's.
func (m *Member) deliver(from *ring.Message, again int) *Message {
	m.message = Message{from.Seq, from.Tag, from.Payload, again}
	m.seat().delivered.Add(1)
	if again > 0 {
		m.seat().redelivered.Add(1)
	}
	return &m.message
}

func (m *Member) seat() *seat { return &m.seats[m.slot] }

// tell reports what was lost, once.
func (m *Member) tell() error {
	err := &ring.LappedError{Lost: m.lost, Next: m.cursor, Demoted: m.demoted}
	m.seat().lost.Add(m.lost)
	m.lost, m.demoted = 0, false
	return err
}

// catchUp looks at a message that the consumer has passed already: it joined after it, or was lapped.
func (m *Member) catchUp(ctx context.Context) (*Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch m.standing(m.cursor) {
	case untaken, returned:
	case crowded:
		return m.awaitOthers(ctx, m.ownCrowd())
	default:
		m.passTo(m.cursor + 1)
		return nil, nil
	}
	message, err := m.consumer.At(m.cursor)
	if lapped := lappedBy(err); lapped != nil {
		return m.skip(ctx, lapped.Next)
	}
	if err != nil {
		return nil, err
	}
	return m.offer(ctx, message)
}

// skip passes the messages up to one that is still there. A living member that has one of them, or an older one, is waited for where
// its word is wanted: it has its copy.
func (m *Member) skip(ctx context.Context, to uint64) (*Message, error) {
	settled := true
	from := m.cursor
	if to-from > m.width() {
		from = to - m.width()
	}
	for seq := from; seq != to; seq++ {
		lost, ok := m.forfeit(seq, m.slot)
		m.lost += lost
		settled = settled && ok
	}
	if !settled {
		return m.awaitOthers(ctx, nil)
	}
	m.passTo(to)
	return nil, nil
}
