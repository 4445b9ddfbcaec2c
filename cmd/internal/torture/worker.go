package torture

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// worker is what a producer and a consumer process have in common.
type worker struct {
	part
	script script
	board  *board
	slot   *slot
	rand   *rand.Rand
}

// told is what a worker tells the conductor at its end, as JSON. A worker that is killed tells nothing.
type told struct {
	Violation string `json:"violation,omitempty"`
}

// boardFile is the descriptor under which a worker inherits the board.
const boardFile = 3

// Work is a worker process: it plays the part given as JSON. It ends when in does, because then the conductor is gone.
func Work(text string, in io.Reader, out io.Writer) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // whoever started the run ends it, and all its workers
	w := &worker{}
	if err := json.Unmarshal([]byte(text), &w.part); err != nil {
		return fmt.Errorf("no part of a torture: %w", err)
	}
	go w.endWith(in)
	var err error
	if w.board, err = mapBoard(os.NewFile(boardFile, "board")); err != nil {
		return err
	}
	w.slot, w.script = &w.board.slots[w.Slot], w.Ring.script()
	w.rand = rand.New(rand.NewPCG(w.Seed, uint64(w.Slot)))
	if err = w.play(); err != nil {
		json.NewEncoder(out).Encode(told{Violation: err.Error()})
		return errors.New("a guarantee was broken")
	}
	return nil
}

// play turns a panic into a violation: the ring must not panic, and this program should not.
func (w *worker) play() (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	switch {
	case w.Attempt > 0:
		return (&producer{worker: w}).run()
	case w.Way == wayLatest:
		return (&watcher{worker: w}).run()
	}
	return (&consumer{worker: w}).run()
}

func (w *worker) endWith(in io.Reader) {
	io.Copy(io.Discard, in)
	os.RemoveAll(w.Dir)
	os.Exit(1)
}

// holdAt stops in phase p if the conductor wants that, until it kills this process or lets go.
func (w *worker) holdAt(p phase) {
	if w.slot.hold.Load() != uint64(p) {
		return
	}
	w.slot.enter(p)
	w.slot.held.Store(uint64(p))
	for w.slot.hold.Load() == uint64(p) {
		time.Sleep(time.Millisecond)
	}
	w.slot.held.Store(0)
}

// ordered is the conductor's order, taken once.
func (w *worker) ordered() order { return order(w.slot.order.Load()) }

// chance is true once in n times on average.
func (w *worker) chance(n int) bool { return w.rand.IntN(n) == 0 }

func (w *worker) nap(most time.Duration) { time.Sleep(time.Duration(w.rand.Int64N(int64(most)))) }
