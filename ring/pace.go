package ring

import "time"

// A consumer that has caught up with a fast producer polls the very cache line that the producer writes next, and each message
// then costs both a transfer of that line back and forth: several times what it costs when the consumer stays some
// lines behind (docs/performance.md). So a consumer that finds itself in a stream holds off a moment whenever it has caught
// up, and takes a batch of messages at once. One that exchanges single messages must never pay for that.
//
// It cannot see which of the two it is in, so it tries: after a number of messages that came one by one it holds off once
// and counts what has come. A stream has brought many. If not, the next try comes after twice as many messages.
const (
	streamRun  = 8    // this many messages in one hold-off make a stream
	firstTrial = 16   // messages one by one before the first try
	lastTrial  = 4096 // and before every try in the end
	holdOff    = 2000 * time.Nanosecond
)

type pace struct {
	streaming bool
	singles   int // waits since the last try
	trial     int // waits before the next try; 0: firstTrial
}

// holdsOff reports whether to hold off in this wait.
func (p *pace) holdsOff() bool {
	p.singles++
	return p.streaming || p.singles > max(p.trial, firstTrial)
}

// held takes note of how many messages came in a hold-off.
func (p *pace) held(n int) {
	switch p.singles = 0; {
	case n >= streamRun:
		p.streaming, p.trial = true, firstTrial
	case p.streaming:
		p.streaming = false
	default:
		p.trial = min(2*max(p.trial, firstTrial), lastTrial)
	}
}

// holdOff leaves the producer's cache lines alone for a moment, then fetches what has come.
func (c *Consumer) holdOff() error {
	for began := time.Now(); time.Since(began) < holdOff; {
		pause(4)
	}
	err := c.fetch(c.runLimit())
	c.pace.held(int(c.run.n))
	return err
}
