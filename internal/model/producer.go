package model

// A producer is the private words of a producer between two calls.
type producer struct {
	*ring
	life, done int // which plan, and how much of it is done
	started    bool

	W, seq, limit, primed value
	newest                value
	open                  bool // a batch
	p0, w0, seq0, newest0 value
	batch                 [5]appended
	appended              int
	R, intended, woken    value // own copies of reserved, intent and wakes
	ignored               int   // entries that no longer hold back this wait, as bits
}

type appended struct{ pos, word value }

// An act is one call of the user.
type act struct {
	verb verb
	n, m value // sizes with header; m: committed of a claim
}

type verb uint8

const (
	publish verb = iota
	appends
	flushes
	claims // in place, commit m of n
	aborts // a claim, after its bytes are written
	drops  // the open batch
	tries  // publish, giving up when there is no space
	fills  // publish, if fewer than m records exist
	closes
)

// newProducer is a producer that has just created the ring: all granted and zero.
func newProducer(r *ring) producer {
	return producer{ring: r, started: true, limit: r.C, primed: zero, R: r.C, intended: r.C}
}

// restarted is a later life: it knows nothing.
func restarted(r *ring, life int) producer { return producer{ring: r, life: life} }

func (q producer) Run(p *proc) program {
	if !q.started {
		q.start(p)
		return q
	}
	plan := q.plans[q.life]
	if q.done == len(plan) {
		return nil
	}
	if q.do(p, plan[q.done]) {
		q.done++
	}
	return q
}

// do carries out one call, or one round of waiting in it.
func (q *producer) do(p *proc, a act) (done bool) {
	switch a.verb {
	case fills:
		return q.seq >= a.m || q.do(p, act{publish, a.n, 0})
	case publish, appends:
		if !q.claim(p, a.n) {
			return false
		}
		q.write(p, a.n)
		q.append(p, a.n)
		if a.verb == publish {
			q.flush(p)
		}
	case claims, aborts:
		if !q.claim(p, a.n) {
			return false
		}
		q.write(p, a.n)
		if a.verb == claims {
			q.append(p, a.m)
			q.flush(p)
		}
	case flushes:
		q.flush(p)
	case drops:
		q.drop(p)
	case tries:
		if q.tryClaim(p, a.n) {
			q.write(p, a.n)
			q.append(p, a.n)
			q.flush(p)
		}
	case closes:
		q.close(p)
	}
	return true
}

// tag tells everything ever written apart.
func (q *producer) tag() value { return value(q.done + 1 + 16*q.life) }

// claim n: room at W, with the zero behind it. False: not yet.
func (q *producer) claim(p *proc, n value) bool {
	if q.open && q.W+n-q.p0 > q.F && p.keeps("bound on a batch") {
		q.flush(p)
	}
	return q.W+n+zero <= q.limit || q.extend(p, q.W+n+zero)
}

// tryClaim gives up rather than wait.
func (q *producer) tryClaim(p *proc, n value) bool {
	need := q.W + n + zero
	if need <= q.limit {
		return true
	}
	q.announce(p, need)
	floor, _ := q.scan(p)
	if q.granted(p, need, floor) {
		return true
	}
	q.intended = q.R
	p.store("E4", q.intent, q.R, release) // giving up: also safe
	return false
}

func (q *producer) close(p *proc) {
	q.flush(p)
	closed := q.W + 1
	if !p.keeps("closed says where") {
		closed = 1
	}
	p.store("C5", q.closed, closed, release)
	p.setGhost(q.sealed, p.ghost(q.sealed)|1<<q.seq)
	q.woken++
	p.store("C5 count", q.wakes, q.woken, exchange)
	if q.sleeping {
		p.futexWake("C5 wake", q.wakes)
	}
}
