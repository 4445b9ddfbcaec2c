package model

// start: continue after the last record that exists. Nothing a dead producer left beyond it is believed.
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
	q.primed = q.W + zero
	if !p.keeps("believe no zero") {
		q.primed = q.R
	}
	for _, a := range missing {
		if !p.keeps("refill anchors") {
			break
		}
		p.store("C2", q.anchor(a), a, release)
	}
	p.store("C3", q.last, q.newest, release)
	q.intended = q.R
	p.store("", q.intent, q.R, release)
	p.store("clear closed", q.closed, 0, release)
	q.woken = p.load("", q.wakes, plain) + 1
	p.store("", q.wakes, q.woken, exchange)
	if q.sleeping {
		p.futexWake("start wake", q.wakes)
	}
	q.started = true
}
