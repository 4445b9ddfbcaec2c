package ring

import (
	"errors"
	"fmt"
)

// place is a record boundary: the record at pos has, or will have, sequence number seq.
type place struct{ pos, seq uint64 }

var errLapped = errors.New("lapped") // what was being looked at may be overwritten; never leaves the package

// record is a header that was checked.
type record struct {
	place
	end  uint64 // position of the next record
	word uint64 // its commit word; 0: nothing committed here yet, and seq is not known
}

// recordAt reads the header at p. Nothing in it is believed before the check that p was not overwritten meanwhile.
func (s *stream) recordAt(p uint64) (record, error) {
	if p%s.align != 0 {
		return record{}, fmt.Errorf("%w: %d is not a record boundary", ErrCorrupt, p)
	}
	w := s.loadCommit(p)
	seq := s.loadSeq(p)
	switch {
	case !s.intact(p):
		return record{}, errLapped
	case w == 0:
		return record{place: place{p, 0}, end: p}, nil
	case !committed(w) || length(w) > s.maxPayload():
		return record{}, fmt.Errorf("%w: no record at %d (commit word %#x)", ErrCorrupt, p, w)
	}
	return record{place{p, seq}, p + s.size(length(w)), w}, nil
}

// walk goes from the record at p to the one with the wanted sequence number, or to the end of what is committed if that comes
// first. Every step is checked before the next.
func (s *stream) walk(p, wanted uint64) (place, error) {
	at := place{p, s.firstSeq}
	for range s.capacity/s.align + 1 {
		r, err := s.recordAt(at.pos)
		switch {
		case err != nil:
			return at, err
		case r.word == 0 && at.pos == p && p != s.origin:
			return at, fmt.Errorf("%w: nothing at %d, where a record was said to be", ErrCorrupt, p)
		case r.word == 0:
			return at, nil
		case at.pos != p && r.seq != at.seq:
			return at, fmt.Errorf("%w: record %d at %d, expected %d", ErrCorrupt, r.seq, at.pos, at.seq)
		case r.seq >= wanted:
			return r.place, nil
		}
		at = place{r.end, r.seq + 1}
	}
	return at, nil // a producer as fast as this walk: as good an end as any
}

// toEnd, as a wanted sequence number, walks to the end.
const toEnd = ^uint64(0)

// end is where the next record will be, and its sequence number.
func (s *stream) end() (place, error) {
	return s.retry(func() (place, error) { return s.walk(s.last(), toEnd) })
}

// newestRecord is the newest committed record. last is one flush behind for a moment after each commit, and for good if the
// producer died in that moment; so it goes on from there for as much as one flush can hold.
func (s *stream) newestRecord() (record, error) {
	newest, err := s.recordAt(s.last())
	for from := newest.pos; err == nil && newest.word != 0 && newest.pos-from < s.flushMax; {
		next, e := s.recordAt(newest.end)
		if e != nil || next.word == 0 {
			return newest, e
		}
		newest = next
	}
	return newest, err
}

// oldest is the lowest first record of a segment, at or above low, that is intact with room bytes to spare before the producer
// reaches it, or the newest record if there is none.
func (s *stream) oldest(low, room uint64) (place, error) {
	return s.retry(func() (place, error) {
		at, found := s.last(), false
		reserved := s.reserved()
		for i := range uint64(segments) {
			a := s.anchor(i)
			if a%s.align == 0 && a >= low && reserved-a <= s.capacity-room && (!found || a < at) {
				at, found = a, true
			}
		}
		return s.walk(at, 0)
	})
}

// find is the place of the record with sequence number seq, or the end if that is older, or the oldest, at or above low, if that
// is newer.
func (s *stream) find(seq, low uint64) (place, error) {
	return s.retry(func() (place, error) {
		from, before, err := s.recordBefore(seq, low)
		if err == nil && !before {
			// The anchors were not read all at once: the one that leads to seq may have been stored behind this look's back,
			// while others were overwritten. Whatever did that comes after the store, so a second look sees it.
			from, _, err = s.recordBefore(seq, low)
		}
		if err != nil {
			return place{}, err
		}
		return s.walk(from, seq)
	})
}

// recordBefore is the newest record, at or above low and known by an anchor or as the last, whose sequence number is at most
// seq; or, with before false, the oldest there is.
func (s *stream) recordBefore(seq, low uint64) (p uint64, before bool, err error) {
	best, err := s.recordAt(s.last())
	if err != nil || best.word == 0 {
		return s.last(), true, err
	}
	for i := range uint64(segments) {
		a := s.anchor(i)
		if a%s.align != 0 || a < low || s.lapped(s.reserved(), a) {
			continue
		}
		r, err := s.recordAt(a)
		if errors.Is(err, errLapped) || err == nil && r.word == 0 {
			continue
		}
		if err != nil {
			return 0, false, err
		}
		if closer(r.seq, best.seq, seq) {
			best = r
		}
	}
	return best.pos, best.seq <= seq, nil
}

// closer reports whether to start from record a rather than b in order to walk to seq: the newest that is not beyond it, else
// the oldest.
func closer(a, b, seq uint64) bool {
	switch {
	case a <= seq && b <= seq:
		return a > b
	case a <= seq || b <= seq:
		return a <= seq
	}
	return a < b
}

// retries is how often a search that the producer overtook starts over before the ring is called corrupt. Each time takes
// the producer a lap of the ring, or nearly.
const retries = 1000

func (s *stream) retry(search func() (place, error)) (place, error) {
	for range retries {
		at, err := search()
		if !errors.Is(err, errLapped) {
			return at, err
		}
	}
	return place{}, fmt.Errorf("%w: no intact record found in %d searches", ErrCorrupt, retries)
}
