package model

// A producer is the private words of a producer between two calls.
type producer struct {
	*ring
	life, done int // which plan, and how much of it is done
	started    bool

	W, seq, limit, zeroed value
	newest                value
	open                  bool // a batch
	p0, w0, seq0, newest0 value
	batch                 [3]appended
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
	closes
)

// newProducer is a producer that has just created the ring: all granted and zero.
func newProducer(r *ring) producer {
	return producer{ring: r, started: true, limit: r.C, zeroed: zero, R: r.C, intended: r.C}
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
		q.handOut(p)
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

// start: continue after the last record that exists.
func (q *producer) start(p *proc) {
	p.lock(q.writing)
	pos := p.load("", q.last, acquire)
	q.newest, q.seq = pos, 0
	q.R = p.load("", q.reserved, plain)
	var missing []value
	for {
		w := p.load("", q.at(pos), acquire)
		if !committed(w) {
			p.assert(w == 0, "start: ErrCorrupt: word %d at the end, %d", w, pos)
			break
		}
		s := p.load("", q.at(pos+1), plain)
		p.assert(size(w) <= q.F && pos+size(w)+zero <= q.R, "start: walked into %d at %d", w, pos)
		q.check(p, "start", pos, w, s, nil)
		if a := p.load("", q.anchor(pos), plain); a < q.floorS(pos) && (len(missing) == 0 || q.anchor(missing[len(missing)-1]) != q.anchor(pos)) {
			missing = append(missing, pos)
		}
		q.newest, q.seq = pos, s+1
		pos += size(w)
	}
	p.assert(q.seq == p.ghost(q.made), "start: goes on with seq %d after %d records", q.seq, p.ghost(q.made))
	q.W = pos
	q.limit = q.W // believe no grant
	if !p.keeps("believe no grant") {
		q.limit = q.R
	}
	q.zeroed = q.W + zero // believe no zero
	if !p.keeps("believe no zero") {
		q.zeroed = q.limit
	}
	for _, a := range missing {
		p.store("C2", q.anchor(a), a, release)
	}
	p.store("C3", q.last, q.newest, release)
	q.intended = q.R
	p.store("", q.intent, q.R, release)
	p.store("", q.closed, 0, release)
	q.woken = p.load("", q.wakes, plain) + 1
	p.store("", q.wakes, q.woken, exchange)
	if q.sleeping {
		p.futexWake("", q.wakes)
	}
	q.started = true
}

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

// handOut a claim: its user may leave anything there.
func (q *producer) handOut(p *proc) {
	if p.keeps("a claim dirties") {
		q.zeroed = min(q.zeroed, q.W+zero)
	}
}

// write the payload of a record of n words at W.
func (q *producer) write(p *proc, n value) {
	for i := range n - header {
		if q.huge {
			p.store("P1", q.at(q.W+header+i), payload(i, q.seq, q.tag()), nonTemporal)
		} else {
			p.store("P1", q.at(q.W+header+i), payload(i, q.seq, q.tag()), plain)
		}
	}
	if q.huge {
		p.fence("P1 sfence", fenceStores)
	}
}

// append: the record of m words whose payload is at W.
func (q *producer) append(p *proc, m value) {
	p.store("P1", q.at(q.W+1), q.seq, plain)
	if q.zeroed < q.W+m+zero && p.keeps("zero before commit") {
		p.store("P2", q.at(q.W+m), 0, plain) // before the commit
		q.zeroed = q.W + m + zero
	}
	w := commitWord(m, q.tag())
	if !q.open {
		q.open, q.p0, q.w0, q.seq0, q.newest0 = true, q.W, w, q.seq, q.newest
		q.appended = 0
		if !p.keeps("hold back the first word") {
			p.store("C1", q.at(q.W), w, release)
		}
	} else {
		p.store("P3", q.at(q.W), w, plain) // unreachable until p0's word is stored
	}
	if !p.keeps("anchor after commit") && q.floorS(q.W) > q.floorS(q.newest) {
		p.store("C2", q.anchor(q.W), q.W, release)
	}
	q.batch[q.appended] = appended{q.W, w}
	q.appended++
	q.newest = q.W
	q.W += m
	q.seq++
}

// flush makes all that was appended exist.
func (q *producer) flush(p *proc) {
	if !q.open {
		return
	}
	if !p.keeps("commit before last") {
		p.store("C3", q.last, q.newest, release)
	}
	p.store("C1", q.at(q.p0), q.w0, release) // pairs R1
	if !p.keeps("zero before commit") {
		p.store("P2", q.at(q.W), 0, plain)
	}
	for i, a := range q.batch[:q.appended] {
		q.exist(p, a.pos, q.seq0+value(i), a.word)
	}
	for i, newest := 0, q.newest0; i < q.appended; i++ {
		pos := q.batch[i].pos
		if p.keeps("anchor after commit") && q.floorS(pos) > q.floorS(newest) { // the first to start in its segment
			p.store("C2", q.anchor(pos), pos, release) // never before C1
		}
		newest = pos
	}
	if p.keeps("commit before last") {
		p.store("C3", q.last, q.newest, release) // never before C1; pairs L1
	}
	q.closeBatch()
	q.wake(p)
	q.zeroAhead(p)
}

// zeroAhead keeps a window of zeros behind the end, off the critical path. Never at or above the limit: that may be
// the head of a gating consumer.
func (q *producer) zeroAhead(p *proc) {
	to := q.W + q.ahead
	if p.keeps("zero below the limit") {
		to = min(to, q.limit)
	}
	for ; q.zeroed < to; q.zeroed++ {
		p.store("P4", q.at(q.zeroed), 0, plain)
	}
}

func (q *producer) closeBatch() {
	q.open, q.appended, q.batch = false, 0, [3]appended{}
	q.p0, q.w0, q.seq0, q.newest0 = 0, 0, 0, 0
}

// drop the open batch.
func (q *producer) drop(p *proc) {
	q.W, q.seq, q.newest = q.p0, q.seq0, q.newest0
	if p.keeps("a dropped batch dirties") {
		q.zeroed = q.W + zero
	}
	q.closeBatch()
}

// extend the limit to need or more. False: waited a round, look again.
func (q *producer) extend(p *proc, need value) bool {
	if !p.keeps("E1 before E2") {
		floor, _ := q.scan(p)
		q.announce(p, need)
		return q.granted(p, need, floor)
	}
	q.announce(p, need)
	floor, at := q.scan(p)
	if q.granted(p, need, floor) {
		return true
	}
	if q.open && p.keeps("flush before waiting") {
		q.flush(p) // they may be waiting for it
		return false
	}
	q.awaitSpace(p, need, at)
	return false
}

// announce: E1, the join's other half. Before E2.
func (q *producer) announce(p *proc, need value) {
	t := q.ceilS(need)
	if q.intended >= t {
		return
	}
	q.intended = t
	if !p.keeps("intent apart from reserved") {
		p.store("E1", q.reserved, t, exchange)
	}
	p.store("E1", q.intent, t, exchange)
}

// scan: E2, the lowest gating head, and which entries are at it (bits).
func (q *producer) scan(p *proc) (floor value, at int) {
	found := p.once(func() value {
		floor, at := q.W, 0
		for i, e := range q.entries {
			s := value(0)
			if p.keeps("state before head") {
				s = p.load("E2", e.state, acquire)
			}
			if m := mode(s); p.keeps("state before head") && (m != joining && m != gating || q.ignored>>i&1 != 0) {
				continue
			}
			h := p.load("E2", e.head, acquire)
			if !p.keeps("state before head") {
				s = p.load("E2", e.state, acquire)
				if m := mode(s); m != joining && m != gating || q.ignored>>i&1 != 0 {
					continue
				}
			}
			if q.beyond(q.R, h) {
				continue // never joined: no gate
			}
			if mode(s) == joining && !p.keeps("joining gates") {
				continue
			}
			if h < floor {
				floor, at = h, 0
			}
			if h == floor {
				at |= 1 << i
			}
		}
		return floor<<4 | value(at)
	})
	return found >> 4, int(found & 15)
}

// granted takes what was announced as far as the floor allows. The segment of the lowest head stays whole: its anchor
// is what the owner of that head, restarted, finds its way from.
func (q *producer) granted(p *proc, need, floor value) bool {
	if p.keeps("keep the anchor of the floor") {
		floor = q.floorS(floor)
	}
	r := min(q.intended, floor+q.C)
	if r < need {
		return false
	}
	p.store("E3", q.reserved, r, exchange) // before any overwriting or zeroing byte
	q.R, q.limit, q.ignored = r, r, 0
	return true
}

func (q *producer) close(p *proc) {
	q.flush(p)
	closed := q.W + 1
	if !p.keeps("closed says where") {
		closed = 1
	}
	p.store("C5", q.closed, closed, release)
	q.woken++
	p.store("C5", q.wakes, q.woken, exchange)
	if q.sleeping {
		p.futexWake("C5", q.wakes)
	}
}
