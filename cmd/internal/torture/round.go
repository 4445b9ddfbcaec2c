package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/mmring/mmring/ring"
)

// round is the torture of one ring.
type round struct {
	*conductor
	ringConfig
	until     time.Time
	board     *board
	boardFile *os.File
	attempt   uint64
	producer  *actor
	consumers []*actor
	zombies   []*process
	observer  *ring.Observer
	lastly    ring.Snapshot // of the ring at the end
}

// tick is how often the conductor looks at everything.
const tick = 2 * time.Millisecond

func (r *round) run(ctx context.Context) error {
	if err := r.begin(ctx); err != nil {
		return err
	}
	next := time.Now()
	for now := next; now.Before(r.until); now = time.Now() {
		if err := r.attend(ctx, now); err != nil {
			return err
		}
		if now.After(next) {
			if err := r.act(); err != nil {
				return err
			}
			next = time.Now().Add(time.Duration(r.rand.IntN(40)) * time.Millisecond)
		}
		time.Sleep(tick)
	}
	return r.finish(ctx)
}

// begin starts the producer and, once there is a ring, the consumers.
func (r *round) begin(ctx context.Context) error {
	r.producer = &actor{part: part{Ring: r.ringConfig}, slot: &r.board.slots[0]}
	if err := r.start(r.producer); err != nil {
		return err
	}
	if err := r.await(ctx, func() bool { return r.producer.slot.open.Load() == 1 }); err != nil {
		return err
	}
	var err error
	if r.observer, err = ring.Observe(r.Path); err != nil {
		return err
	}
	for _, p := range r.cast(r.rand, haveNobody()) {
		a := &actor{part: p, slot: &r.board.slots[p.Slot]}
		r.consumers = append(r.consumers, a)
		if err := r.start(a); err != nil {
			return err
		}
	}
	return nil
}

// start gives the actor a process.
func (r *round) start(a *actor) error {
	a.part.Dir = r.dir
	if a == r.producer {
		r.attempt++
		a.part.Attempt, a.part.Seed = r.attempt, r.rand.Uint64()
		if r.attempt == maxAttempts {
			return errors.New("too many producers for one ring")
		}
	} else {
		a.part.vary(r.rand)
	}
	r.history.add("start %v", &a.part)
	return a.begin(r.Program, r.boardFile)
}

func (r *round) actors() []*actor { return append([]*actor{r.producer}, r.consumers...) }

// attend does what is due: lets go of workers, starts new ones, and looks whether all are well.
func (r *round) attend(ctx context.Context, now time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	committed := r.board.stream.committed.Load()
	for _, a := range r.actors() {
		r.release(a, now)
		if err := r.ended(a); err != nil {
			return err
		}
		if a.proc == nil && !a.back.IsZero() && now.After(a.back) {
			if err := r.start(a); err != nil {
				return err
			}
		}
		if err := a.watch.look(a, committed, now); err != nil {
			return r.hung(a, err)
		}
	}
	r.show.update(r)
	return nil
}

// release lets a stopped or held worker go on when its time is over.
func (r *round) release(a *actor, now time.Time) {
	if !a.stoppedUntil.IsZero() && now.After(a.stoppedUntil) {
		a.proc.signal(signalContinue)
		a.stoppedUntil = time.Time{}
	}
	if !a.heldUntil.IsZero() && now.After(a.heldUntil) {
		a.slot.hold.Store(0)
		a.heldUntil = time.Time{}
	}
}

// ended deals with a process that ended without being killed: because it was told to, or because something is wrong.
func (r *round) ended(a *actor) error {
	if a.proc == nil || !a.proc.ended.Load() {
		return nil
	}
	p := a.proc
	a.proc = nil
	if err := p.reap(false); err != nil {
		return fmt.Errorf("%v: %w", &a.part, err)
	}
	if !a.leaving {
		return fmt.Errorf("%v ended without being told to", &a.part)
	}
	r.history.add("%v has left at %d", &a.part, a.slot.next.Load())
	a.part.Resume = r.withUntold(a, a.legacy(false, gate{}))
	a.back = r.soon()
	return nil
}

// soon is when the next process starts in the place of one that has ended: at once, or a little later.
func (r *round) soon() time.Time {
	return time.Now().Add(time.Duration(max(0, r.rand.IntN(160)-80)) * time.Millisecond)
}

// await attends to everything until a condition holds. The watchdog sees to it that it will.
func (r *round) await(ctx context.Context, holds func() bool) error {
	for !holds() {
		if err := r.attend(ctx, time.Now()); err != nil {
			return err
		}
		time.Sleep(tick)
	}
	return nil
}

// hung adds to the error what the worker's goroutines are doing.
func (r *round) hung(a *actor, err error) error {
	p := a.proc
	a.proc = nil
	p.signal(syscall.SIGQUIT)
	time.AfterFunc(time.Second, func() { p.cmd.Process.Kill() })
	return fmt.Errorf("%w\n%w", err, p.reap(false))
}
