//go:build linux

package transport

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/ring"
)

// ringReceiver takes message by message, with a call for each.
type ringReceiver struct {
	*ring.Consumer
	most int // that one Receive takes
	lost uint64
}

// newRingReceiver takes one message at a time if each is answered: to look for a second one takes its line from the producer.
func newRingReceiver(c *ring.Consumer, answers bool) *ringReceiver {
	if answers {
		return &ringReceiver{Consumer: c, most: 1}
	}
	return &ringReceiver{Consumer: c, most: pollMost}
}

func (r *ringReceiver) Lost() uint64 { return r.lost }

func (r *ringReceiver) Receive(v *Visitor) error {
	m, err := r.Next(context.Background())
	for n := 1; err == nil; n++ {
		if !v.Take(m.Seq, m.Payload) {
			v.Other(m.Seq, m.Payload)
		}
		if n == r.most {
			return nil
		}
		m, err = r.TryNext()
	}
	return r.account(err)
}

// account notes a loss, and returns any other error, unless it is that no message is there.
func (r *ringReceiver) account(err error) error {
	var lapped *ring.LappedError
	switch {
	case errors.Is(err, ring.ErrEmpty):
		return nil
	case !errors.As(err, &lapped):
		return err
	}
	r.lost += lapped.Lost
	return nil
}

// teller tells a visitor of the messages of a ring. Its function is made once, because a closure is allocated.
type teller struct {
	*Visitor
	each func(*ring.Message) error
}

// newTeller is not inlined, so that the closure has Take inlined: in a copy of it, Take would be a call.
//
//go:noinline
func newTeller() *teller {
	t := new(teller)
	t.each = func(m *ring.Message) error {
		if !t.Take(m.Seq, m.Payload) {
			t.Other(m.Seq, m.Payload)
		}
		return nil
	}
	return t
}

// ringPoller takes all that is there.
type ringPoller struct {
	*ringReceiver
	*teller
}

func newRingPoller(r *ringReceiver) *ringPoller { return &ringPoller{r, newTeller()} }

func (r *ringPoller) Receive(v *Visitor) error {
	r.Visitor = v
	_, err := r.Poll(r.most, r.each)
	if errors.Is(err, ring.ErrEmpty) {
		return r.ringReceiver.Receive(v)
	}
	return r.account(err)
}

// ringViewer looks at messages where they lie.
type ringViewer struct {
	*ringReceiver
	*teller
}

func newRingViewer(r *ringReceiver) *ringViewer { return &ringViewer{r, newTeller()} }

func (r *ringViewer) Receive(v *Visitor) error {
	r.Visitor = v
	for miss := 1; ; miss++ {
		if _, err := r.View(r.most, r.each); err != ring.ErrEmpty {
			return err
		}
		if miss%1024 == 0 {
			unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		}
	}
}
