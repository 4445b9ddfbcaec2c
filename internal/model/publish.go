package model

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
	if p.keeps("zero before commit") && (q.primed < q.W+m+zero || p.keeps("believe no zero")) {
		p.store("P2", q.at(q.W+m), 0, plain) // before the commit, whatever prime has stored there
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
	q.prime(p)
}

// prime stores zeros ahead, off the critical path, for the sake of the cache lines. Never at or above the limit: that may be the head
// of a gating consumer. Nobody relies on them.
func (q *producer) prime(p *proc) {
	to := q.W + q.ahead
	if p.keeps("zero below the limit") {
		to = min(to, q.limit)
	}
	for q.primed = max(q.primed, q.W+zero); q.primed < to; q.primed++ {
		p.store("P4", q.at(q.primed), 0, plain)
	}
}

func (q *producer) closeBatch() {
	q.open, q.appended, q.batch = false, 0, [5]appended{}
	q.p0, q.w0, q.seq0, q.newest0 = 0, 0, 0, 0
}

// drop the open batch.
func (q *producer) drop(p *proc) {
	q.W, q.seq, q.newest = q.p0, q.seq0, q.newest0
	q.closeBatch()
}
