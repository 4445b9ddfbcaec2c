package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mmring/mmring/ring"
)

// finish ends the stream. Everyone who lives must get to its very end.
func (r *round) finish(ctx context.Context) error {
	r.history.add("finish")
	for _, a := range r.actors() {
		r.release(a, time.Now().Add(time.Hour))
		if !a.back.IsZero() {
			a.back = time.Now()
		}
	}
	open := func(a *actor) bool { return a.proc != nil && !a.leaving && a.slot.open.Load() == 1 }
	for _, a := range r.actors() { // those that are leaving come back
		if err := r.await(ctx, func() bool { return open(a) }); err != nil {
			return err
		}
	}
	for _, a := range r.actors() { // the producer first
		a.leaving = true
		a.tell(orderFinish)
		if err := r.await(ctx, func() bool { return a.proc == nil }); err != nil {
			return err
		}
		a.back = time.Time{}
	}
	return r.judge()
}

// judge holds what everyone got against what was published.
func (r *round) judge() error {
	published := r.board.stream.committed.Load()
	for _, a := range r.consumers {
		if next := a.slot.next.Load(); next != published {
			return fmt.Errorf("%v read to message %d of %d", &a.part, next, published)
		}
	}
	s, err := r.observer.Snapshot()
	if err != nil {
		return err
	}
	r.lastly = s
	if s.NextSeq != published || !s.Closed || s.ProducerAlive {
		return fmt.Errorf("the ring has %d messages (closed: %v, producer alive: %v), but %d were published and it was closed",
			s.NextSeq, s.Closed, s.ProducerAlive, published)
	}
	told := r.counted(countDemotedTold)
	if told > s.Demoted {
		return fmt.Errorf("consumers were told of %d demotions, but the ring counts %d", told, s.Demoted)
	}
	return r.remove()
}

// remove deletes the ring, after which nothing of it may be left.
func (r *round) remove() error {
	if err := ring.Remove(r.Path); err != nil {
		return err
	}
	if left, _ := filepath.Glob(r.Path + "*"); len(left) > 0 {
		return fmt.Errorf("left behind by a ring that was removed: %v", left)
	}
	return nil
}

// collect adds what was counted to the report.
func (r *round) collect() {
	for i := range count(numCounts) {
		r.report.totals[i] += r.counted(i)
	}
	r.report.totals[countDemoted] += r.lastly.Demoted
	r.report.totals[countFreed] += r.lastly.Freed
}

// counted is a count of all workers together.
func (r *round) counted(c count) (n uint64) {
	for i := range r.board.slots {
		n += r.board.slots[i].counts[c].Load()
	}
	return n
}

// clear ends all processes and removes all files.
func (r *round) clear() {
	for _, a := range r.actorsIfAny() {
		if a.proc != nil {
			a.proc.cmd.Process.Kill()
			a.proc.reap(true)
		}
	}
	for _, p := range r.zombies {
		p.reap(true)
	}
	if r.observer != nil {
		r.observer.Close()
	}
	r.boardFile.Close()
	unmapBoard(r.board)
	left, _ := filepath.Glob(r.Path + "*")
	for _, path := range left {
		os.Remove(path)
	}
}

func (r *round) actorsIfAny() []*actor {
	if r.producer == nil {
		return nil
	}
	return r.actors()
}
