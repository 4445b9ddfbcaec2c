package torture

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/ring"
)

// ringConfig is a ring to torture.
type ringConfig struct {
	Path      string
	Seed      uint64 // of its messages
	Capacity  int
	Alignment int
	Deadline  time.Duration // 0: none
	Typed     bool
}

func (c *ringConfig) String() string {
	text := fmt.Sprintf("capacity %v, alignment %d", human.Bytes(c.Capacity), c.Alignment)
	if c.Deadline > 0 {
		text += fmt.Sprintf(", stall deadline %v", c.Deadline)
	}
	if c.Typed {
		text += ", typed"
	}
	return text
}

func (c *ringConfig) options() ring.Options {
	return ring.Options{Capacity: c.Capacity, Alignment: c.Alignment, StallDeadline: c.Deadline, MaxConsumers: 2 * maxSlots}
}

// largest is the longest message, as docs/limits.md has it.
func (c *ringConfig) largest() int {
	return (c.Capacity-c.Capacity/16-c.Alignment)/2/c.Alignment*c.Alignment - header
}

// header is what a record has in front of its message, bytes.
const header = 16

// footprint is how many bytes of the ring a message of n bytes takes.
func (c *ringConfig) footprint(n int) uint64 {
	return uint64((header + n + c.Alignment - 1) / c.Alignment * c.Alignment)
}

// again is how many bytes of the ring a named consumer may see again after a kill, as Consumer.Ack has it: a sixteenth of the ring
// that the heads file was not told of yet, and what was fetched with it, which is another sixteenth and the rest of a message.
func (c *ringConfig) again() uint64 {
	return uint64(c.Capacity)/8 + c.footprint(c.largest())
}

func (c *ringConfig) script() script {
	s := script{seed: c.Seed, largest: c.largest()}
	if c.Typed {
		s.fixed = typedSize
	}
	return s
}

// shapes are the rings that are tortured in turn. The first ones make a short run worth something.
var shapes = []ringConfig{
	{Capacity: 16 << 10, Alignment: 64},
	{Capacity: 4 << 10, Alignment: 8, Deadline: 30 * time.Millisecond},
	{Capacity: 64 << 10, Alignment: 64, Deadline: 100 * time.Millisecond},
	{Capacity: 8 << 10, Alignment: 128, Typed: true},
	{Capacity: 1 << 20, Alignment: 64},
	{Capacity: 4 << 10, Alignment: 64},
	{Capacity: 256 << 10, Alignment: 8, Deadline: 50 * time.Millisecond},
	{Capacity: 32 << 10, Alignment: 128},
	{Capacity: 1 << 20, Alignment: 128, Deadline: 200 * time.Millisecond},
	{Capacity: 64 << 10, Alignment: 8},
}

// A way is how a consumer reads.
type way string

const (
	wayNext   way = "Next"
	wayTry    way = "TryNext"
	wayPoll   way = "Poll"
	wayAll    way = "All"
	wayView   way = "View"
	wayLatest way = "Latest"
)

// part is what one worker does, in one process.
type part struct {
	Ring    ringConfig
	Dir     string // to be removed if the conductor is gone
	Slot    int
	Seed    uint64
	Attempt uint64 // of a producer, from 1; 0: this is a consumer

	Name     string
	Lossless bool
	Manual   bool
	ReadOnly bool // runs as a user who may not write the heads file
	Way      way
	From     uint64 // see start
	Wait     ring.Wait
	Lazy     int  // a nap after every so many messages, on average; 0: never
	Patient  bool // waits for a message as long as it takes
	Resume   resumption
}

func (p *part) String() string {
	if p.Attempt > 0 {
		return fmt.Sprintf("producer %d", p.Attempt)
	}
	text := "lossy"
	if p.Lossless {
		text = "lossless"
	}
	if p.Name != "" {
		text += " named"
	}
	if p.Manual {
		text += " manual"
	}
	if p.ReadOnly {
		text += " read-only"
	}
	return fmt.Sprintf("consumer %d (%s, %s)", p.Slot, text, p.Way)
}

// vary chooses at random what may differ from one process of a consumer to the next.
func (p *part) vary(r *rand.Rand) {
	p.Seed, p.From = r.Uint64(), r.Uint64()
	p.Wait = []ring.Wait{ring.Adaptive, ring.Adaptive, ring.Sleep}[r.IntN(3)]
	p.Patient = !p.Manual && r.IntN(2) == 0 // who has still to acknowledge must not wait for what waits for that
	p.Lazy = []int{0, 500, 2000, 20000}[r.IntN(4)]
	if !p.Lossless {
		p.Lazy = []int{0, 100, 1000, 10000}[r.IntN(4)]
	}
}

// cast is the consumers of a ring: one or two of every mode.
func (c *ringConfig) cast(r *rand.Rand, readOnly bool) []part {
	ways := func(w ...way) way { return w[r.IntN(len(w))] }
	parts := []part{
		{Lossless: true, Way: ways(wayNext, wayAll)},
		{Way: ways(wayNext, wayTry, wayAll)},
		{Lossless: true, Name: "steady", Way: ways(wayNext, wayPoll)},
		{Lossless: true, Name: "careful", Manual: true, Way: wayNext},
		{Name: "casual", Way: ways(wayNext, wayPoll), Manual: r.IntN(2) == 0},
		{Lossless: c.Deadline == 0, Way: ways(wayPoll, wayTry)},
		{Way: wayLatest},
	}
	if c.Deadline == 0 {
		parts = append(parts, part{Lossless: true, Way: wayView})
	}
	if readOnly {
		parts = append(parts, part{ReadOnly: true, Way: ways(wayNext, wayPoll)})
	}
	for i := range parts {
		parts[i].Ring, parts[i].Slot = *c, i+1
	}
	return parts
}
