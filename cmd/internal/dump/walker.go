package dump

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mmring/mmring/cmd/internal/raw"
)

// walker visits the records that are there, from the first wanted to where the stream ended when it began. It gets past what a living
// producer overwrites before it, and past damage, and tells of both. It only ever goes forward.
type walker struct {
	stream  *raw.Stream
	left    uint64 // records still to visit
	visit   func(raw.Record, []byte) error
	lost    func(n uint64)   // so many were overwritten before they could be visited
	damaged func(what error) // something is there that should not be, or the reverse

	want    uint64 // number of the first record to visit
	until   uint64 // number of the first not to visit
	at      raw.Place
	inStep  bool // at.Seq is what must be there
	payload []byte
}

// walk visits what it can. Its error is that of visit, or of memory that is gone.
func (w *walker) walk(from From) error {
	err := w.run(from)
	return cmp.Or(w.stream.Err(), err)
}

func (w *walker) run(from From) error {
	w.until = w.end()
	known := w.known()
	newest := w.until
	if w.until == unknown && len(known) > 0 {
		newest = known[len(known)-1].Seq + 1
	}
	w.want = from.first(newest)
	if w.want > w.until {
		return fmt.Errorf("number %d is not published yet, the next will be %d; choose a lower one", w.want, w.until)
	}
	if len(known) == 0 {
		return nil
	}
	w.begin(known)
	limit := w.at.Position + 2*w.stream.Capacity // of a walk that sees no end
	for w.left > 0 && w.at.Position-limit > math.MaxInt64 {
		more, err := w.step()
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// unknown is the number of the record that comes next when damage hides it.
const unknown = math.MaxUint64

// end is the number of the record that comes next, or unknown.
func (w *walker) end() uint64 {
	end, err := w.stream.End()
	for range 1000 { // overtaken, which the newest record mostly is not
		if err != raw.ErrOverwritten {
			break
		}
		end, err = w.stream.End()
	}
	if err != nil {
		w.damaged(err)
		return unknown
	}
	return end.Seq
}

// begin goes to the known record from which to look for the first one wanted: the newest that is not beyond it, else the oldest.
func (w *walker) begin(known []raw.Record) {
	w.at.Position = known[0].Position
	for _, r := range known {
		if r.Seq <= w.want {
			w.at.Position = r.Position
		}
	}
	if oldest := known[0].Seq; oldest > w.want && w.want > 0 {
		w.lost(oldest - w.want)
	}
}

// known are the records that the anchors and last lead to, in order.
func (w *walker) known() (records []raw.Record) {
	add := func(p uint64) {
		if r, err := w.stream.Record(p); err == nil {
			records = append(records, r)
		}
	}
	for i := range uint64(raw.Segments) {
		add(w.stream.Anchor(i))
	}
	add(w.stream.Last())
	slices.SortFunc(records, func(a, b raw.Record) int { return cmp.Compare(a.Position, b.Position) })
	return slices.CompactFunc(records, func(a, b raw.Record) bool { return a.Position == b.Position })
}

// step visits the record at hand, or gets past what is in its place, and reports whether there is more.
func (w *walker) step() (more bool, err error) {
	r, err := w.stream.Record(w.at.Position)
	if err == nil && r.Seq >= w.want {
		w.payload, err = w.stream.Payload(w.payload[:0], r)
	}
	if lost := w.stream.Err(); lost != nil {
		return false, lost
	}
	switch {
	case err == raw.ErrOverwritten:
		return w.skip(nil), nil
	case err == raw.ErrNothing:
		return w.skip(fmt.Errorf("there is nothing at position %d, before the end", w.at.Position)), nil
	case err != nil:
		return w.skip(err), nil
	case w.inStep && r.Seq != w.at.Seq:
		return w.skip(raw.OutOfSequence(r, w.at.Seq)), nil
	case r.Seq >= w.until:
		return false, nil
	}
	w.at, w.inStep = raw.Place{Position: r.End, Seq: r.Seq + 1}, true
	if r.Seq >= w.want {
		w.left--
		err = w.visit(r, w.payload)
	}
	return w.at.Seq < w.until, err
}

// skip goes on at the next record that is known, and reports whether there is one. Where the end is unknown, a place with nothing
// after it is the end.
func (w *walker) skip(damage error) bool {
	known := w.known()
	i := slices.IndexFunc(known, func(r raw.Record) bool { return r.Position > w.at.Position })
	if damage != nil && (i >= 0 || w.until != unknown) {
		w.damaged(damage)
	}
	if i < 0 {
		return false
	}
	if damage == nil && w.inStep && known[i].Seq > w.at.Seq {
		w.lost(min(known[i].Seq, w.until) - w.at.Seq)
	}
	w.at, w.inStep = raw.Place{Position: known[i].Position, Seq: known[i].Seq}, true
	return true
}
