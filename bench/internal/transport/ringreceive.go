//go:build linux

package transport

import (
	"context"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/ring"
)

// ringReceiver takes one message at a time.
type ringReceiver struct {
	*ring.Consumer
	lost uint64
}

func (r *ringReceiver) Lost() uint64 { return r.lost }

func (r *ringReceiver) Receive(visit Visit) error {
	for {
		m, err := r.Next(context.Background())
		if err == nil {
			visit(m.Seq, m.Payload)
			return nil
		}
		if err := r.account(err); err != nil {
			return err
		}
	}
}

// account notes a loss, and returns any other error.
func (r *ringReceiver) account(err error) error {
	var lapped *ring.LappedError
	if !errors.As(err, &lapped) {
		return err
	}
	r.lost += lapped.Lost
	return nil
}

// visitor hands the messages of a ring to a Visit. Its function is made once, because a closure is allocated.
type visitor struct {
	visit Visit
	each  func(*ring.Message) error
}

func newVisitor() *visitor {
	v := new(visitor)
	v.each = func(m *ring.Message) error {
		v.visit(m.Seq, m.Payload)
		return nil
	}
	return v
}

// ringPoller takes all that is there.
type ringPoller struct {
	*ringReceiver
	*visitor
}

func newRingPoller(r *ringReceiver) *ringPoller { return &ringPoller{r, newVisitor()} }

func (r *ringPoller) Receive(visit Visit) error {
	r.visit = visit
	_, err := r.Poll(pollMost, r.each)
	switch {
	case errors.Is(err, ring.ErrEmpty):
		return r.ringReceiver.Receive(visit)
	case err != nil:
		return r.account(err)
	}
	return nil
}

// ringViewer looks at messages where they lie.
type ringViewer struct {
	*ringReceiver
	*visitor
	most int // that one look takes
}

// newRingViewer looks for one message at a time if each is answered: to look for a second one takes its line from the producer.
func newRingViewer(r *ringReceiver, answers bool) *ringViewer {
	if answers {
		return &ringViewer{r, newVisitor(), 1}
	}
	return &ringViewer{r, newVisitor(), pollMost}
}

func (r *ringViewer) Receive(visit Visit) error {
	r.visit = visit
	for miss := 1; ; miss++ {
		if _, err := r.View(r.most, r.each); err != ring.ErrEmpty {
			return err
		}
		if miss%1024 == 0 {
			unix.RawSyscall(unix.SYS_SCHED_YIELD, 0, 0, 0)
		}
	}
}
