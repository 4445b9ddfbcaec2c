package demo

import (
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// received is what a receiver has to tell at the end.
type received struct {
	Messages uint64  `json:"messages"`
	Lost     uint64  `json:"lost"`
	Wrong    uint64  `json:"wrong"` // not what was sent, or not in order
	Rate     float64 `json:"rate"`  // messages a second at full speed
	Latency  Latency `json:"latency"`
}

// slowest is the longest latency that is told apart from longer ones.
const slowest = time.Minute

// receiver checks messages and keeps account of them.
type receiver struct {
	clock   clock
	expect  uint64 // number of the next message
	account received
	latency *hdrhistogram.Histogram

	atFull      uint64 // messages received at full speed, up to last
	first, last time.Time
	nap         func() // called now and then at full speed; nil: never

	shown, shownLost atomic.Uint64 // for the display
}

func newReceiver() *receiver {
	return &receiver{clock: newClock(), latency: hdrhistogram.New(1, int64(slowest), 3)}
}

// take checks a message. Every message has to be the one expected: receivers that lose some are told how many.
func (r *receiver) take(message []byte) {
	stamp, ok := check(message, r.expect)
	if !ok {
		r.account.Wrong++
	}
	r.expect++
	if r.account.Messages%everySome == 0 {
		r.lookUp(stamp == 0)
	}
	r.account.Messages++
	if stamp != 0 {
		r.latency.RecordValue(min(max(r.clock.now()-int64(stamp), 1), int64(slowest)))
	}
}

// lookUp does what need not be done for each message.
func (r *receiver) lookUp(fullSpeed bool) {
	r.shown.Store(r.account.Messages)
	r.shownLost.Store(r.account.Lost)
	if !fullSpeed {
		return
	}
	if r.last = time.Now(); r.first.IsZero() {
		r.first = r.last
	}
	r.atFull = r.account.Messages
	if r.nap != nil {
		r.nap()
	}
}

// lose takes note that messages are lost.
func (r *receiver) lose(n uint64) {
	r.expect += n
	r.account.Lost += n
}

// result closes the account.
func (r *receiver) result() received {
	if took := r.last.Sub(r.first); took > 0 {
		r.account.Rate = float64(r.atFull) / took.Seconds()
	}
	r.account.Latency = Latency{
		P50: time.Duration(r.latency.ValueAtQuantile(50)),
		P99: time.Duration(r.latency.ValueAtQuantile(99)),
		Max: time.Duration(r.latency.Max()),
	}
	return r.account
}

// napper returns a function that makes a receiver slow now and then, so that it loses messages.
func napper() func() {
	const every, long = 100 * time.Millisecond, 20 * time.Millisecond
	awake := time.Now()
	return func() {
		if time.Since(awake) > every {
			time.Sleep(long)
			awake = time.Now()
		}
	}
}
