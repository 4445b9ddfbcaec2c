package ringgroup

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

// Do a word's fields keep to their bits, and does the round say what is older, also where it wraps?
func TestWord(t *testing.T) {
	for _, round := range []uint64{0, 1, 1<<roundBits - 1, 1 << roundBits, math.MaxUint64} {
		w := makeWord(round, 5, slotZero+MaxMembers-1)
		equal(t, "slot", w.slot(), MaxMembers-1)
		equal(t, "again", w.again(), 5)
		equal(t, "age", w.age(round), 0)
		equal(t, "age of the next", w.age(round+1), 1)
		equal(t, "age of the one before", w.age(round-1), -1)
		equal(t, "far", w.age(round+1<<(roundBits-1)-1), 1<<(roundBits-1)-1)
		equal(t, "with", w.with(handedBack), makeWord(round, 5, handedBack))
		equal(t, "wrapped count", makeWord(round, 1<<againBits, finished), makeWord(round, 0, finished))
	}
	for holder, want := range map[int]standing{finished: over, handedBack: returned, slotZero: held} {
		equal(t, "same round", makeWord(7, 0, holder).standing(7), want)
		equal(t, "ahead", makeWord(8, 0, holder).standing(7), over)
	}
	equal(t, "behind", makeWord(6, 0, finished).standing(7), untaken)
	equal(t, "behind", makeWord(6, 0, handedBack).standing(7), crowded)
	equal(t, "behind", makeWord(6, 0, slotZero).standing(7), crowded)
}

// heapClaims is a table over plain memory, which the race detector sees.
func heapClaims(shift uint, start uint64, living func(int) bool) *claims {
	c := &claims{words: make([]uint64, 1<<shift), shift: shift, living: living}
	for n := start; n != start+c.width(); n++ {
		*c.of(n) = uint64(makeWord(c.round(n)-1, 0, finished))
	}
	return c
}

// Does each message have one winner, when threads take and finish as fast as they can, with sequence numbers that wrap?
func TestOneWinner(t *testing.T) {
	const messages, threads = 10_000, 4
	start := uint64(math.MaxUint64 - 5000)
	c := heapClaims(6, start, func(int) bool { return true })
	var wins [messages]atomic.Int32
	var all sync.WaitGroup
	for me := range threads {
		all.Go(func() {
			for i := uint64(0); i < messages; {
				seq := start + i
				switch taken, _, s := c.take(seq, me); {
				case taken:
					wins[i].Add(1)
					if !c.release(seq, me, finished) || c.release(seq, me, finished) {
						t.Error("a message was not its winner's")
					}
				case s == crowded:
					continue
				}
				i++
			}
		})
	}
	all.Wait()
	for i := range wins {
		if wins[i].Load() != 1 {
			t.Fatalf("message %d has %d winners", i, wins[i].Load())
		}
	}
	equal(t, "lowest", c.lowest(start+messages-3), start+messages)
}

// Is the count of what is lost exact, whatever stands in the words, and is what the living have not among it?
func TestForfeit(t *testing.T) {
	alive := map[int]bool{3: true}
	c := heapClaims(1, 10, func(slot int) bool { return alive[slot] })
	for _, x := range []struct {
		word    word
		lost    uint64
		settled bool
	}{
		{makeWord(4, 0, finished), 1, true},    // nobody had message 10
		{makeWord(2, 0, finished), 3, true},    // nor those two and four before it
		{makeWord(2, 0, handedBack), 4, true},  // and one that was handed back
		{makeWord(2, 0, slotZero+1), 4, true},  // or whose member is dead
		{makeWord(2, 0, slotZero+3), 0, false}, // or lives: it is waited for
		{makeWord(5, 0, slotZero+3), 0, true},  // message 10 itself is in good hands
		{makeWord(5, 0, slotZero+1), 1, true},  // is not
		{makeWord(5, 0, finished), 0, true},    // is finished
		{makeWord(9, 0, slotZero+1), 0, true},  // is long finished
	} {
		c.words[0] = uint64(x.word)
		lost, settled := c.forfeit(10, 0)
		if lost != x.lost || settled != x.settled {
			t.Errorf("%#x: %d lost, settled %v; want %d, %v", uint64(x.word), lost, settled, x.lost, x.settled)
		}
	}
}

// Does a table that says anything at all cost no more than the group's messages: no panic, no call that does not end, and nothing
// that another consumer notices?
func TestHostileWords(t *testing.T) {
	seed := rand.Uint64()
	t.Log("seed ", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 100 {
		path := ringPath(t)
		p := produce(t, path, ring.Options{Capacity: 8192})
		c, err := ring.Open(path, ring.ConsumerOptions{Lossless: true})
		check(t, err)
		m := joined(t, path, Options{Window: 64})
		publish(t, p, 0, 40)
		abuse := func(m *Member) {
			for range 1 + random.IntN(64) {
				w := random.Uint64()
				if random.IntN(2) == 0 { // plausible
					w = uint64(makeWord(uint64(random.IntN(4))-1, random.IntN(3), random.IntN(5)))
				}
				m.words[random.IntN(64)] = w
			}
			use(t, m)
		}
		abuse(m)
		if m, err := Join(path, Options{Group: "g"}); err == nil {
			abuse(m)
			check(t, m.Close())
		}
		if _, err := Observe(path); err != nil {
			t.Error(err)
		}
		check(t, m.Close())
		publish(t, p, 40, 60)
		for n := range uint64(60) {
			msg, err := c.TryNext()
			check(t, err)
			equal(t, "message", msg.Seq, n)
		}
		check(t, c.Close())
		check(t, p.Close())
		os.Remove(path)
	}
}

// use does what a member does, for a while.
func use(t *testing.T, m *Member) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
	defer cancel()
	for range 200 {
		msg, err := m.Next(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			continue
		}
		if string(msg.Payload) != string(number(msg.Seq)) {
			t.Fatalf("message %d is not what was sent", msg.Seq)
		}
		m.Done(msg.Seq)
	}
}
