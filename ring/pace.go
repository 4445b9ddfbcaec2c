package ring

import "time"

// A consumer that has caught up with a fast producer polls the very cache line that the producer writes next, and each message
// then costs both a transfer of that line back and forth: several times what it costs when the consumer stays some
// lines behind (docs/performance.md). So a consumer that finds itself in a stream does not look for the next message right after one look
// brought all there was: it lets a moment pass between the two, and takes a batch of messages at once. One that exchanges single
// messages must never pay for that.
//
// It cannot see which of the two it is in, so it tries: after a number of messages that came one by one it holds off once
// and counts what has come. A stream has brought many. If not, the next try comes after twice as many messages.
//
// In a flood the moment is longer: catching up costs the producer a few lines each time, however many messages came in between. It is longer
// too where a line takes long to come: it then takes the producer as long to get it back.
const (
	streamRun   = 8    // this many messages in one hold-off make a stream
	firstTrial  = 16   // messages one by one before the first try
	lastTrial   = 4096 // and before every try in the end
	streamPause = 2 * time.Microsecond
	flood       = 16                    // this many messages a microsecond make a flood
	longPause   = 8 * time.Microsecond  // in a flood, and where looks are slow
	slowLook    = 200 * time.Nanosecond // a look is slow that takes longer than this,
	slowLine    = 8 * time.Nanosecond   // and this for each cache line that it brought: cores of one last-level cache take half of it
)

type pace struct {
	streaming bool
	caughtUp  bool          // the last look brought all there was, and the next is to hold off
	slow      bool          // the last look after a hold-off was
	looked    time.Duration // when the look was that brought all there was, as clock says
	seq       uint64        // sequence number after the last message it brought
	until     time.Duration // when the next may be, as clock says
	singles   int           // looks that brought a few messages, since the last try
	trial     int           // and before the next try; 0: firstTrial
}

var processStart = time.Now()

// clock is a reading of the monotonic clock alone, which takes half as long as one of both.
func clock() time.Duration { return time.Since(processStart) }

// catchUp takes note of a look that brought all there was: n messages, up to seq. In a stream, or to see whether this is one, the next
// look comes a hold-off after it.
func (p *pace) catchUp(n int, seq uint64) {
	if n < streamRun {
		p.singles++
	}
	if !p.streaming && p.singles <= max(p.trial, firstTrial) {
		return
	}
	now, off := clock(), streamPause
	if p.streaming && (p.slow || int64(seq-p.seq) > int64(flood*(now-p.looked)/time.Microsecond)) {
		off = longPause
	}
	p.caughtUp, p.looked, p.seq, p.until = true, now, seq, now+off
}

// held takes note of how many messages came in a hold-off, in so many bytes, and of how long it took to fetch them.
func (p *pace) held(n int, bytes uint64, took time.Duration) {
	p.slow = took > slowLook+time.Duration(min(bytes, maxFlush)/cacheLine)*slowLine
	switch p.singles = 0; {
	case n >= streamRun:
		p.streaming, p.trial = true, firstTrial
	case p.streaming:
		p.streaming = false
	default:
		p.trial = min(2*max(p.trial, firstTrial), lastTrial)
	}
}

// fetchPaced is fetch that, if it is to hold off, leaves the producer's cache lines alone until a hold-off after the last look.
func (c *Consumer) fetchPaced(limit int, how manner) error {
	if !c.pace.caughtUp {
		return c.fetch(limit, how)
	}
	p, head, began := &c.pace, c.head, clock()
	for ; began < p.until; began = clock() {
		if c.backoff.crowded {
			c.backoff.offer()
		} else {
			pause(4)
		}
	}
	p.caughtUp = false
	err := c.fetch(limit, how)
	p.held(int(c.seq-c.run.next), c.head-head, clock()-began)
	return err
}
