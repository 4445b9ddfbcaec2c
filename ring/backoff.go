package ring

import "time"

// How long a wait spins before it sleeps. A wake-up between processes costs 50 to 150 µs, so spinning for about as long never
// costs more than twice the best choice. Giving the CPU away after the first few of them is what keeps more
// parties than CPUs moving: nobody has to count CPUs, and a hand-over between two running processes is long done by then. Where
// somebody took the CPU the last time it was offered, and gave it back soon, it is offered sooner: whoever spins there keeps others from
// their work. One that computes on until the scheduler stops it is no such neighbour: it would get all that is offered.
const (
	spinHot   = 256                    // polls without a pause: a hand-over between caches takes fewer
	spinFor   = 50 * time.Microsecond  // then sleep
	spinAlone = 5 * time.Microsecond   // then offer the CPU to others between polls
	taken     = 2 * time.Microsecond   // an offer that takes so long was accepted; one that was not takes a fraction of it
	kept      = 500 * time.Microsecond // and the CPU was not given back, but taken away again: a time slice is longer than that
)

// backoff paces one wait. The zero value begins one.
type backoff struct {
	polls   uint32
	began   time.Time
	elapsed time.Duration
	crowded bool // somebody took the CPU for a moment when it was offered last, in this wait or an earlier one
}

// reset begins another wait.
func (b *backoff) reset() { *b = backoff{crowded: b.crowded} }

// spin passes the time between two polls. It returns false when it is time to sleep.
func (b *backoff) spin(wait Wait) bool {
	b.polls++
	switch {
	case wait == Sleep:
		return false
	case b.polls <= spinHot:
		return true
	case b.polls == spinHot+1:
		b.began = time.Now()
	case b.polls%16 == 0:
		b.elapsed = time.Since(b.began)
	}
	switch {
	case !b.crowded && b.elapsed < spinAlone || wait == Spin && b.polls%1024 != 0:
		pause(1)
	case wait == Spin || b.elapsed < spinFor:
		b.offer()
	default:
		return false
	}
	return true
}

// offer lets another process have this CPU, and notes whether any wanted it for a moment.
func (b *backoff) offer() {
	before := clock()
	yieldCPU()
	took := clock() - before
	b.crowded = taken < took && took < kept
}
