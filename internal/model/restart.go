package model

// start: continue after the last record that exists. Nothing a dead producer left beyond it is believed.
func (q *producer) start(p *proc) {
	p.lock(q.writing)
	missing := q.findEnd(p)
	p.assert(q.seq == p.ghost(q.made), "start: goes on with seq %d after %d records", q.seq, p.ghost(q.made))
	q.limit = q.W // believe no grant
	if !p.keeps("believe no grant") {
		q.limit = q.R
	}
	q.primed = q.W + zero
	if !p.keeps("believe no zero") {
		q.primed = q.R
	}
	if p.keeps("refill anchors") {
		for _, a := range missing {
			p.store("C2", q.anchor(a), a, release)
		}
	}
	q.announceStart(p)
	q.started = true
}

// findEnd walks from the newest record that was named to the newest that was committed. It returns records that no anchor names, the first
// of each segment.
func (q *producer) findEnd(p *proc) (missing []value) {
	pos := p.load("", q.last, acquire)
	q.newest, q.seq = pos, 0
	q.R = p.load("", q.reserved, plain)
	for {
		w := p.load("", q.at(pos), acquire)
		if !committed(w) {
			p.assert(w == 0, "start: ErrCorrupt: word %d at the end, %d", w, pos)
			q.W = pos
			return missing
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
}

// announceStart puts the counters in order and tells everyone that the stream goes on.
func (q *producer) announceStart(p *proc) {
	p.store("C3", q.last, q.newest, release)
	q.intended = q.R
	p.store("", q.intent, q.R, release)
	p.store("clear closed", q.closed, 0, release)
	q.woken = p.load("", q.wakes, plain) + 1
	p.store("", q.wakes, q.woken, exchange)
	if q.sleeping {
		p.futexWake("start wake", q.wakes)
	}
}
