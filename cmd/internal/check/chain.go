package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
)

// start is where a record is said to be.
type start struct {
	position uint64
	by       string // who says so
}

// chain is what walking from record to record finds.
type chain struct {
	*doctor
	at        raw.Place // the next record
	inStep    bool      // at.Seq is what must be there
	records   uint64
	overtaken int // stretches that the producer overwrote meanwhile
	tears     int
	left      uint64 // records to visit before giving up on a producer that is as fast as this
}

// chain walks from each anchor to the next, and from the newest record to the end: every record must be whole, follow the one
// before in number, and lead exactly to where the next one is said to be.
func (d *doctor) chain() {
	n, starts := len(d.Findings), d.starts()
	c := &chain{doctor: d, left: 2*d.stream.Capacity/d.stream.Alignment + 2}
	for i, s := range starts {
		if i+1 < len(starts) {
			c.stretch(s, &starts[i+1])
		} else {
			c.stretch(s, nil)
		}
	}
	if d.worst(n) > OK {
		return
	}
	text := fmt.Sprintf("%s, each whole and in its place", human.Counted(c.records, "record"))
	if d.endKnown {
		text += fmt.Sprintf("; the next will be number %d", d.end.Seq)
	}
	if c.overtaken > 0 {
		text += fmt.Sprintf("; %d of %d stretches were overwritten while they were looked at", c.overtaken, len(starts))
	}
	d.ok("records", "%s", text)
}

// starts are the anchors that name records which are still there, and last; in order.
func (d *doctor) starts() []start {
	id := &d.stream.Identity
	starts := []start{{d.counters.Last, "last"}}
	for i, a := range d.counters.Anchors {
		by := fmt.Sprintf("anchor %d", i)
		reserved := d.stream.Reserved()
		switch {
		case a%d.stream.Alignment != 0:
			d.broken("anchors", streamAnew, "%s says %d, which is no multiple of the alignment", by, a)
		case ahead(a, reserved):
			d.broken("anchors", streamAnew, "%s says %d, beyond the %d that are reserved", by, a, reserved)
		case a == id.Origin && i > 0, reserved-a > d.stream.Capacity: // no record has begun in that segment yet; or it is gone
		case a/d.stream.Segment%raw.Segments != uint64(i):
			d.broken("anchors", streamAnew, "%s says %d, which lies in segment %d", by, a, a/d.stream.Segment%raw.Segments)
		default:
			starts = append(starts, start{a, by})
		}
	}
	slices.SortStableFunc(starts, func(a, b start) int {
		return cmp.Compare(int64(a.position-d.counters.Last), int64(b.position-d.counters.Last))
	})
	return slices.CompactFunc(starts, func(a, b start) bool { return a.position == b.position })
}

// stretch walks from one start to the next, or to the end.
func (c *chain) stretch(from start, to *start) {
	if c.inStep && c.at.Position != from.position {
		c.inStep = false
	}
	c.at.Position = from.position
	for ; to == nil || c.at.Position != to.position; c.left-- {
		if c.left == 0 {
			return
		}
		r, err := c.stream.Record(c.at.Position)
		if err == raw.ErrNothing {
			c.nothing(from, to)
			return
		}
		if err == raw.ErrOverwritten {
			c.overwritten(from)
			return
		}
		if err != nil {
			c.torn(from, "%v", err)
			return
		}
		c.step(from, r)
		if to != nil && ahead(c.at.Position, to.position) {
			c.torn(from, "the record at position %d goes on to %d, past the one that %s says is at %d",
				r.Position, r.End, to.by, to.position)
			return
		}
	}
}

// step takes note of a record.
func (c *chain) step(from start, r raw.Record) {
	if c.inStep && r.Seq != c.at.Seq {
		c.torn(from, "%v", raw.OutOfSequence(r, c.at.Seq))
	}
	c.at, c.inStep = raw.Place{Position: r.End, Seq: r.Seq + 1}, true
	c.records++
}

// overwritten judges a place that may be overwritten: by a living producer, or because it was never granted.
func (c *chain) overwritten(from start) {
	if reserved := c.stream.Reserved(); ahead(c.at.Position, reserved) {
		c.torn(from, "it leads to position %d, beyond the %d that are reserved", c.at.Position, reserved)
		return
	}
	c.overtaken++
	c.inStep = false
}

// nothing judges a place without a record: the end, or a gap.
func (c *chain) nothing(from start, to *start) {
	id := &c.stream.Identity
	switch at := c.at.Position; {
	case to != nil:
		c.torn(from, "there is nothing at position %d, before the record that %s says is at %d", at, to.by, to.position)
	case at != from.position:
		c.end, c.endKnown = c.at, true
	case at == id.Origin:
		c.end, c.endKnown = raw.Place{Position: id.Origin, Seq: id.FirstSeq}, true
	default:
		c.torn(from, "there is nothing at position %d, where %s says a record is", at, from.by)
	}
}

// mostTears is how many places are told of one by one.
const mostTears = 8

// torn says that the chain is torn, and where the walk began that found out.
func (c *chain) torn(from start, format string, args ...any) {
	c.inStep = false
	switch c.tears++; {
	case c.tears <= mostTears:
		c.broken("records", streamAnew, "walking from %s: %s", from.by, fmt.Sprintf(format, args...))
	case c.tears == mostTears+1:
		c.broken("records", "", "there is more of this")
	}
}
