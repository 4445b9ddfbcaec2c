package ringgroup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/ring"
)

// Options say which group to join, and how it is made if it is new.
type Options struct {
	// Group is its name: 1 to 64 of the characters a-z, A-Z, 0-9, - and _.
	Group string
	// From is where a new group begins. A group that exists goes on where it is.
	From ring.Start
	// Window is how many messages the group may be ahead of the oldest unfinished one: a power of two from 64 to 1048576, fixed when
	// the group is made. 0 means 4096, or whatever the group has.
	Window int
	// RequireProducer makes Next end with ring.ErrNoProducer when all is finished and no producer is alive. Otherwise it waits
	// for a producer to resume the stream.
	RequireProducer bool
	// Wait is how Next waits for a message.
	Wait ring.Wait
}

// errMoved: the ring or the group was replaced or removed in the middle of a join. Never leaves the package.
var errMoved = errors.New("ring or group keep being replaced")

// Join makes this process a member of a group of the ring at path, and makes the group if there is none.
//
// A member is a lossless consumer of the ring: it needs write permission on the ring's heads file, an entry of the ring's consumer
// table, and holds the producer back by what the group has not finished. It fails as ring.Open does, and with ErrFull,
// ErrWindow, ring.ErrOptions, or ring.ErrNotOwner if the stream is another user's, who has made no such group.
func Join(path string, o Options) (*Member, error) {
	m, err := join(path, &o)
	if err != nil {
		return nil, fmt.Errorf("join group %s of ring %s: %w", o.Group, path, err)
	}
	return m, nil
}

// joinLook is how often to look for a ring that is not there: ring.OpenContext does so too.
const joinLook = 20 * time.Millisecond

// JoinContext is Join that waits for the ring to be made, until ctx is done: its error then wraps that of ctx and fs.ErrNotExist.
// All other errors of Join end the wait.
func JoinContext(ctx context.Context, path string, o Options) (*Member, error) {
	for {
		m, err := Join(path, o)
		if !errors.Is(err, fs.ErrNotExist) {
			return m, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(joinLook):
		}
	}
}

func join(path string, o *Options) (*Member, error) {
	err := beside.CheckGroup(o.Group)
	if o.Window != 0 && err == nil {
		err = checkWindow(o.Window)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ring.ErrOptions, err)
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	for range 100 { // each time round somebody made, removed or replaced the group or the ring meanwhile
		s, err := look(path)
		if err != nil {
			return nil, err
		}
		m, err := enter(&s, o)
		if err == nil {
			if now, e := look(path); e == nil && now.RingID == s.RingID {
				return m, nil
			}
			m.Close()
		} else if !errors.Is(err, errMoved) {
			return nil, err
		}
	}
	return nil, errMoved
}

func look(path string) (s ring.Snapshot, err error) {
	o, err := ring.Observe(path)
	if err != nil {
		return s, err
	}
	defer o.Close()
	return o.Snapshot()
}

// enter joins the group that exists, or else a new one.
func enter(s *ring.Snapshot, o *Options) (*Member, error) {
	g, err := openFile(s, o.Group, readWrite)
	if errors.Is(err, fs.ErrNotExist) {
		return found(s, o)
	}
	if err != nil {
		return nil, err
	}
	if o.Window != 0 && o.Window != g.layout.window {
		return nil, g.close(fmt.Errorf("%w: its window is %d, not %d", ErrWindow, g.layout.window, o.Window))
	}
	slot, err := g.occupy()
	if gone(err) {
		err = errMoved
	}
	if err != nil {
		return nil, g.close(err)
	}
	return begin(s, o, g, slot)
}

// begin makes the owner of a slot a member. What the slot's last owner had is handed back before anything is taken in the slot's name: to
// others it looks alive now. What other dead members had is handed back too, so that it comes in order.
func begin(s *ring.Snapshot, o *Options, g *groupFile, slot int) (*Member, error) {
	g.buryAll()
	low := g.lowest(s.NextSeq)
	if err := g.cutOff(); err != nil {
		return nil, g.close(err)
	}
	c, err := open(s, o, ring.FromSeq(low))
	if errors.Is(err, ring.ErrNotYet) {
		err = fmt.Errorf("%w: the group is beyond the end of the stream: %w", ErrCorrupt, err)
	}
	if err != nil {
		return nil, g.close(err)
	}
	m := newMember(s, g, slot, c, low)
	m.introduce()
	return m, g.cutOff()
}

// found makes a group and joins it. If somebody else makes it first it fails with errMoved.
func found(s *ring.Snapshot, o *Options) (*Member, error) {
	c, err := open(s, o, o.From)
	if err != nil {
		return nil, err
	}
	l := layout{defaultWindow, min(s.MaxConsumers, MaxMembers)}
	if o.Window != 0 {
		l.window = o.Window
	}
	start := c.Stats().NextSeq
	g, err := createFile(s, o.Group, l, start)
	if err != nil {
		c.Close()
		return nil, err
	}
	slot, err := g.occupy()
	if err == nil {
		err = g.file.Link()
	}
	if errors.Is(err, fs.ErrExist) {
		err = errMoved
	}
	if err != nil {
		c.Close()
		return nil, g.close(err)
	}
	m := newMember(s, g, slot, c, start)
	m.founding = true
	m.introduce()
	return m, g.cutOff()
}

func open(s *ring.Snapshot, o *Options, from ring.Start) (*ring.Consumer, error) {
	return ring.Open(s.Path, ring.ConsumerOptions{
		From: from, Lossless: true, ManualAck: true, RequireProducer: o.RequireProducer, Wait: o.Wait,
	})
}

// introduce says in the slot's seat who has it.
func (m *Member) introduce() {
	m.before = m.seat().stats()
	m.seat().pid.Store(uint64(os.Getpid()))
	m.seat().since.Store(uint64(time.Now().UnixNano()))
}
