package top

import (
	"fmt"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// row is a line of the view: a ring, or a consumer or a group below its ring.
type row struct {
	id       identity
	ring     *lookout.Ring
	consumer *ring.ConsumerInfo // of a consumer's row
	member   string             // the group that consumer is a member of; "" if none, or if nobody can tell
	group    *lookout.Group     // of a group's row
	trend    *trend
	scale    float64 // what a full sparkline stands for
	now      time.Time
}

// rows makes the lines for a look: each ring, then its consumers and groups, both in order.
func rows(rings []lookout.Ring, ts trends, o order, now time.Time) (all []row) {
	families := make([][]row, len(rings))
	for i := range rings {
		families[i] = family(&rings[i], ts, now)
		o.sort(families[i][1:])
	}
	o.sortFamilies(families)
	for _, f := range families {
		all = append(all, f...)
	}
	return all
}

// family is a ring, its consumers and its groups, whose sparklines have one scale.
func family(r *lookout.Ring, ts trends, now time.Time) []row {
	if r.Err != nil {
		return []row{{id: identity{path: r.Path, entry: -1}, ring: r, trend: &trend{}, now: now}}
	}
	id := ringIdentity(r)
	f, members := []row{{id: id, ring: r, trend: ts.of(id), now: now}}, r.Members()
	for i := range r.State.Consumers {
		c := &r.State.Consumers[i]
		id := consumerIdentity(r, c)
		f = append(f, row{id: id, ring: r, consumer: c, member: members[c.Entry], trend: ts.of(id), now: now})
	}
	for i := range r.Groups {
		w := row{id: groupIdentity(r, &r.Groups[i]), ring: r, group: &r.Groups[i], trend: &trend{}, now: now}
		if r.Groups[i].Err == nil {
			w.trend = ts.of(w.id)
		}
		f = append(f, w)
	}
	share(f)
	return f
}

// share gives the sparklines of a family one scale.
func share(f []row) {
	scale := 0.0
	for _, r := range f {
		for _, rate := range r.trend.history {
			scale = max(scale, rate)
		}
	}
	for i := range f {
		f[i].scale = scale
	}
}

// isRing reports whether the row is a ring's own.
func (r *row) isRing() bool { return r.consumer == nil && r.group == nil }

// err is why what the row is about could not be looked at.
func (r *row) err() error {
	if r.group != nil {
		return r.group.Err
	}
	return r.ring.Err
}

// name is what the row is called.
func (r *row) name() string {
	switch {
	case r.group != nil:
		return r.group.Name
	case r.consumer == nil:
		return r.ring.Name
	}
	return lookout.Label(r.consumer.Name, r.consumer.Entry, r.member)
}

// alive reports whether a process is there: the ring's producer, the consumer, or a member of the group.
func (r *row) alive() bool {
	switch {
	case r.consumer != nil:
		return r.consumer.Alive
	case r.group != nil:
		return r.group.State.Alive() > 0
	}
	return r.ring.State.ProducerAlive
}

// state is alive in a word, and whether the producer waited for consumers between the last two looks.
func (r *row) state() string {
	switch {
	case r.err() != nil:
		return "unreadable"
	case r.alive() && r.trend.heldUp:
		return "held up"
	case r.alive():
		return "alive"
	case r.isRing() && r.ring.State.Closed:
		return "ended"
	case r.isRing():
		return "no producer"
	}
	return "gone"
}

// kind is a ring's capacity, a consumer's mode, or how many living members a group has.
func (r *row) kind() string {
	switch {
	case r.consumer != nil:
		return r.consumer.Mode
	case r.group != nil:
		return fmt.Sprintf("group %d", r.group.State.Alive())
	}
	return human.Bytes(r.ring.State.Capacity).String()
}

// trouble is why the ring, or the group, could not be looked at.
func (r *row) trouble() string {
	if r.group != nil {
		return "  " + r.group.Name + "  " + r.group.Trouble()
	}
	return r.ring.Name + "  " + raw.Printable(strings.TrimPrefix(r.ring.Err.Error(), r.ring.Path+": "))
}

// fill is how full the ring is, how much of it the consumer has yet to read, or how much of its window the group uses, from 0 to 1. A lossy
// consumer that was overtaken is at 1.
func (r *row) fill() float64 {
	switch {
	case r.group != nil:
		return r.group.Window()
	case r.consumer == nil:
		return lookout.Fill(&r.ring.State)
	case r.consumer.Lapped && !lookout.Gates(r.consumer):
		return 1
	}
	return lookout.Behind(&r.ring.State, r.consumer)
}

// lag is in messages: for a ring the longest of those it has to wait for.
func (r *row) lag() (most uint64) {
	switch {
	case r.consumer != nil:
		return r.consumer.Lag.Messages
	case r.group != nil:
		return r.group.State.Lag
	}
	for _, c := range r.ring.State.Consumers {
		if lookout.Gates(&c) {
			most = max(most, c.Lag.Messages)
		}
	}
	return most
}

// lost is in messages: for a ring, all its consumers' together.
func (r *row) lost() (sum uint64) {
	switch {
	case r.consumer != nil:
		return r.consumer.Lost
	case r.group != nil:
		return r.group.State.Lost
	}
	for _, c := range r.ring.State.Consumers {
		sum += c.Lost
	}
	return sum
}

// still is how long nothing has moved, and whether that is all we know: it has not since we began to look.
func (r *row) still() (d time.Duration, atLeast bool) {
	if r.trend.moved.IsZero() {
		return r.now.Sub(r.trend.first), true
	}
	return r.now.Sub(r.trend.moved), false
}
