package top

import (
	"time"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
)

// historyLen is how many looks a sparkline can go back.
const historyLen = 240

// trend is what several looks at one thing, a ring, a consumer or a group, say about its movement.
type trend struct {
	last    progress // as of the last look
	seen    time.Time
	moved   time.Time // zero: never while we looked
	first   time.Time
	rate    float64   // messages a second between the last two looks
	bytes   float64   // and bytes, headers and padding included
	history []float64 // rates, oldest first

	blocked time.Duration // of a ring: how long its producer has waited for consumers
	heldUp  bool          // it did between the last two looks
}

// progress is how far something has come. A consumer that loses messages gets on without receiving them.
type progress struct{ seq, pos, received uint64 }

// add takes the next look into account.
func (t *trend) add(to progress, now time.Time) {
	apart := now.Sub(t.seen).Seconds()
	switch {
	case t.seen.IsZero():
		t.first = now
	case apart <= 0:
		return
	default:
		t.rate, t.bytes = increase(t.last.received, to.received)/apart, increase(t.last.pos, to.pos)/apart
		if passed := increase(t.last.seq, to.seq) / apart; passed > t.rate {
			t.bytes *= t.rate / passed
		}
		if to.seq != t.last.seq {
			t.moved = now
		}
		t.history = append(t.history, t.rate)
		t.history = t.history[max(0, len(t.history)-historyLen):]
	}
	t.last, t.seen = to, now
}

// increase is how much a counter grew. What a consumer says of itself may also shrink, or be a lie.
func increase(from, to uint64) float64 {
	if to < from {
		return 0
	}
	return float64(to - from)
}

// known reports whether there were two looks, as a rate needs.
func (t *trend) known() bool { return len(t.history) > 0 }

// identity tells a ring, or a consumer or group of it, from whatever has its name or entry later.
type identity struct {
	path  string
	ring  uint64
	entry int    // of a consumer; otherwise -1
	group string // name of a group; otherwise ""
	since int64
}

// trends are those of everything that is there.
type trends map[identity]*trend

// add takes a look at some rings into account, and forgets what is not there any more.
func (ts trends) add(rings []lookout.Ring, now time.Time) {
	for i := range rings {
		r := &rings[i]
		if r.Err != nil {
			continue
		}
		t := ts.of(ringIdentity(r))
		t.heldUp, t.blocked = !t.seen.IsZero() && r.State.Blocked > t.blocked, r.State.Blocked
		t.add(progress{r.State.NextSeq, r.State.Tail, r.State.NextSeq}, now)
		for j := range r.State.Consumers {
			c := &r.State.Consumers[j]
			ts.of(consumerIdentity(r, c)).add(progress{c.NextSeq, c.Head, c.Received}, now)
		}
		for j := range r.Groups {
			if g := &r.Groups[j]; g.Err == nil {
				ts.of(groupIdentity(r, g)).add(progress{g.State.Oldest, 0, g.State.Done}, now)
			}
		}
	}
	for id, t := range ts {
		if t.seen != now {
			delete(ts, id)
		}
	}
}

func (ts trends) of(id identity) *trend {
	if ts[id] == nil {
		ts[id] = &trend{}
	}
	return ts[id]
}

func ringIdentity(r *lookout.Ring) identity {
	return identity{path: r.Path, ring: r.State.RingID, entry: -1}
}

func consumerIdentity(r *lookout.Ring, c *ring.ConsumerInfo) identity {
	return identity{path: r.Path, ring: r.State.RingID, entry: c.Entry, since: c.Since.UnixNano()}
}

func groupIdentity(r *lookout.Ring, g *lookout.Group) identity {
	id := identity{path: r.Path, ring: r.State.RingID, entry: -1, group: g.Name}
	if g.Err == nil {
		id.since = g.State.Created.UnixNano()
	}
	return id
}
