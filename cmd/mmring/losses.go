package main

import (
	"fmt"
	"io"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/ring"
)

// tellEvery is how often losses are told: a consumer that is far too slow loses messages thousands of times a second.
const tellEvery = time.Second

// lossReport tells of losses, each message exactly once.
type lossReport struct {
	words  io.Writer
	untold uint64 // messages
	next   uint64 // where it went on after them
	told   time.Time
}

// add takes note of a loss and tells of it, unless it has just told of another.
func (r *lossReport) add(lapped *ring.LappedError) {
	r.untold += lapped.Lost
	r.next = lapped.Next
	if lapped.Demoted {
		fmt.Fprintln(r.words, "made lossy: this consumer held the producer up for longer than the ring's stall deadline")
	}
	if time.Since(r.told) >= tellEvery {
		r.flush()
	}
}

// flush tells of what was not told yet.
func (r *lossReport) flush() {
	if r.untold == 0 {
		return
	}
	fmt.Fprintf(r.words, "lost %s, overwritten before they were read; going on at number %d\n",
		human.Counted(r.untold, "message"), r.next)
	r.untold, r.told = 0, time.Now()
}
