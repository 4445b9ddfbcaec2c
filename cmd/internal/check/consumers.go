package check

import (
	"fmt"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// mostLies is how many entries that make no sense are told of one by one.
const mostLies = 8

// table is what the entries of the consumer table come to.
type table struct {
	*doctor
	living, gating, parked int
	usable                 int // entries that a consumer could take
	names                  map[string]int
	lies                   int
}

// consumers looks at the consumer table. Anyone who may write it may have written anything.
func (d *doctor) consumers() {
	n := len(d.Findings)
	t := &table{doctor: d, names: map[string]int{}}
	for i := range d.heads.Slots {
		t.entry(d.heads.Entry(i))
	}
	t.room()
	if d.worst(n) < Warning {
		d.ok("consumers", "%d alive, of which %d lossless; %s without a process", t.living, t.gating, human.Counted(uint64(t.parked), "name"))
	}
}

// entry judges one entry.
func (t *table) entry(e raw.Entry) {
	if e.Mode == raw.Free || e.Name == "" && !e.Alive {
		t.usable++
	}
	if e.Mode == raw.Free {
		return
	}
	if lie := t.lie(&e); lie != "" {
		t.tellLie(&e, lie)
		return
	}
	if e.Alive {
		t.living++
	}
	switch {
	case t.stoppedConsumer(&e):
	case e.Mode.Gates():
		t.gate(&e)
	case e.Mode == raw.Demoted && e.Alive:
		t.note("consumers", "", "%s was made lossy, and has not noticed yet", called(&e))
	case e.Name != "" && !e.Alive:
		t.parked++
	}
}

// lie says what cannot be true of an entry, "" if nothing. An entry that changes while it is looked at is left alone.
func (t *table) lie(e *raw.Entry) (lie string) {
	switch end := t.newestEnd(); {
	case e.Mode > raw.Parked:
		lie = fmt.Sprintf("its mode is %d, which does not exist", e.Mode)
	case e.NameLen > ring.MaxName:
		lie = fmt.Sprintf("its name is said to have %d bytes, %d fit", e.NameLen, ring.MaxName)
	case e.Mode != raw.Joining && end != nil && ahead(e.Head, end.Position):
		lie = fmt.Sprintf("it claims to have read up to %d, and the stream ends at %d", e.Head, end.Position)
	case e.Mode != raw.Joining && end != nil && e.NextSeq > end.Seq && e.NextSeq != ^uint64(0):
		lie = fmt.Sprintf("it claims to have read up to number %d, and the next will be %d", e.NextSeq, end.Seq)
	case e.Name != "" && t.names[e.Name] > 0:
		lie = fmt.Sprintf("entry %d has the same name", t.names[e.Name]-1)
	}
	if e.Name != "" {
		t.names[e.Name] = e.Index + 1
	}
	if t.heads.State(e.Index) != e.State {
		return ""
	}
	return lie
}

// newestEnd is where the stream ends now, nil if that is not known.
func (d *doctor) newestEnd() *raw.Place {
	if !d.alive {
		if d.endKnown {
			return &d.end
		}
		return nil
	}
	end, err := d.stream.End()
	if err != nil {
		return nil
	}
	return &end
}

func (t *table) tellLie(e *raw.Entry, lie string) {
	switch t.lies++; {
	case t.lies <= mostLies:
		t.broken("consumers", t.headsRemoved()+"; see who may write it", "%s makes no sense: %s", called(e), lie)
	case t.lies == mostLies+1:
		t.broken("consumers", "", "there are more such entries")
	}
}

// gate judges a consumer that the producer waits for.
func (t *table) gate(e *raw.Entry) {
	reserved := t.stream.Reserved()
	lag := t.lag(e.Head)
	switch {
	case e.Mode == raw.Joining && e.Alive: // it keeps all there is until it has found its place
	case reserved-e.Head > t.stream.Capacity && t.heads.State(e.Index) == e.State && e.Mode == raw.Lossless:
		t.warn("consumers", "it will notice by itself when it reads on, if it lives",
			"%s says it is lossless, but was overwritten at %d: the producer does not wait for it", called(e), e.Head)
	case !e.Alive:
		t.warn("consumers", "nothing: the producer lifts its gate when it needs the space; or start it again",
			"%s is gone, and the ring still keeps what it has not read, %s of it", called(e), percent(lag))
	case lag >= 0.95:
		t.warn("consumers", "make it faster, the ring larger, or set a stall deadline",
			"%s holds the producer up: the ring is full of what it has not read", called(e))
	case lag >= 0.75:
		t.warn("consumers", "make it faster or the ring larger", "%s is far behind: what it has not read fills %s of the ring", called(e), percent(lag))
	}
	if e.Alive {
		t.gating++
	}
}

// lag is how much of what the ring keeps for lossless consumers lies between a head and the end.
func (t *table) lag(head uint64) float64 {
	tail := t.stream.Counters().Tail
	if ahead(head, tail) {
		return 0
	}
	return min(float64(tail-head)/float64(t.stream.Capacity-t.stream.Segment), 1)
}

func percent(part float64) string { return fmt.Sprintf("%.0f%%", 100*part) }

// room judges how many more consumers the table can take.
func (t *table) room() {
	slots := t.heads.Slots
	parked := ""
	if t.parked > 0 {
		parked = fmt.Sprintf("; %d of them keep the places of named consumers that are not running", t.parked)
	}
	const do = "make the ring with more entries (--max-consumers), and give names only to consumers that come back"
	switch {
	case t.usable == 0:
		t.warn("consumers", do, "the table of %d is full: no further consumer can be lossless or named%s", slots, parked)
	case t.usable <= slots/10:
		t.warn("consumers", do, "the table is nearly full: %d of %d entries are left%s", t.usable, slots, parked)
	}
}

// called is how an entry is told of.
func called(e *raw.Entry) string {
	if e.Name == "" {
		return fmt.Sprintf("entry %d (process %d)", e.Index, e.PID)
	}
	return fmt.Sprintf("entry %d, %q (process %d)", e.Index, e.Name, e.PID)
}
