package top

import (
	"strconv"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// row is a line of the view: a ring, or a consumer below its ring.
type row struct {
	id       identity
	ring     *lookout.Ring
	consumer *ring.ConsumerInfo // nil: the ring itself
	trend    *trend
	scale    float64 // what a full sparkline stands for
	now      time.Time
}

// rows makes the lines for a look: each ring, then its consumers, both in order.
func rows(rings []lookout.Ring, ts trends, o order, now time.Time) (all []row) {
	groups := make([][]row, len(rings))
	for i := range rings {
		groups[i] = group(&rings[i], ts, now)
		o.sort(groups[i][1:])
	}
	o.sortGroups(groups)
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// group is a ring and its consumers, whose sparklines have one scale.
func group(r *lookout.Ring, ts trends, now time.Time) []row {
	if r.Err != nil {
		return []row{{id: identity{path: r.Path, entry: -1}, ring: r, trend: &trend{}, now: now}}
	}
	id := ringIdentity(r)
	g := []row{{id: id, ring: r, trend: ts.of(id), now: now}}
	for i := range r.State.Consumers {
		c := &r.State.Consumers[i]
		id := consumerIdentity(r, c)
		g = append(g, row{id: id, ring: r, consumer: c, trend: ts.of(id), now: now})
	}
	scale := 0.0
	for _, w := range g {
		for _, rate := range w.trend.history {
			scale = max(scale, rate)
		}
	}
	for i := range g {
		g[i].scale = scale
	}
	return g
}

// name is what the row is called: an unnamed consumer by its entry.
func (r *row) name() string {
	switch {
	case r.consumer == nil:
		return r.ring.Name
	case r.consumer.Name != "":
		return raw.Printable(r.consumer.Name)
	}
	return "#" + strconv.Itoa(r.consumer.Entry)
}

// alive reports whether a process is there: the ring's producer, or the consumer.
func (r *row) alive() bool {
	if r.consumer != nil {
		return r.consumer.Alive
	}
	return r.ring.State.ProducerAlive
}

// state is alive in a word, and whether the producer waited for consumers between the last two looks.
func (r *row) state() string {
	switch {
	case r.ring.Err != nil:
		return "unreadable"
	case r.alive() && r.trend.heldUp:
		return "held up"
	case r.alive():
		return "alive"
	case r.consumer == nil && r.ring.State.Closed:
		return "ended"
	case r.consumer == nil:
		return "no producer"
	}
	return "gone"
}

// kind is a ring's capacity or a consumer's mode.
func (r *row) kind() string {
	if r.consumer != nil {
		return r.consumer.Mode
	}
	return human.Bytes(r.ring.State.Capacity).String()
}

// trouble is why the ring could not be looked at.
func (r *row) trouble() string {
	return r.ring.Name + "  " + raw.Printable(strings.TrimPrefix(r.ring.Err.Error(), r.ring.Path+": "))
}

// fill is how full the ring is, or how much of it the consumer has yet to read, from 0 to 1. A lossy one that was overtaken is at 1.
func (r *row) fill() float64 {
	switch {
	case r.consumer == nil:
		return lookout.Fill(&r.ring.State)
	case r.consumer.Lapped && !lookout.Gates(r.consumer):
		return 1
	}
	return lookout.Behind(&r.ring.State, r.consumer)
}

// lag is in messages: for a ring the longest of those it has to wait for.
func (r *row) lag() (most uint64) {
	if r.consumer != nil {
		return r.consumer.Lag.Messages
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
	if r.consumer != nil {
		return r.consumer.Lost
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
