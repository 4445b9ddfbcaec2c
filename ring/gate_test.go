package ring

import (
	"testing"
	"time"
)

// full publishes until a lossless consumer is in the way, or the ring has gone round, and returns how many it published.
func full(t testing.TB, p *Producer) (n int) {
	t.Helper()
	for end := p.pos + 2*p.capacity; p.pos < end; n++ {
		if err := p.TryPublish(0, []byte("filler")); err == ErrFull {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// Does what the producer decided about a consumer ever hit its successor in the same entry? (H19, H20)
// The entry changes hands after its state was loaded: before the lock is probed, after it, and before a demotion.
func TestH19SuccessorIsNeverHit(t *testing.T) {
	for name, deadline := range map[string]time.Duration{"free": 0, "demote": time.Millisecond} {
		for _, when := range []string{"before the probe", "after the probe"} {
			t.Run(name+" "+when, func(t *testing.T) {
				h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 1, StallDeadline: deadline})
				p := h.producer(Spin)
				x := h.consumer(ConsumerOptions{Lossless: true})
				full(t, p)
				if name == "free" {
					h.kill(x)
				} else {
					p.stall.blocked = time.Hour
				}
				var y *Consumer
				succeed := func() {
					h.kill(x)
					y = h.consumer(ConsumerOptions{Lossless: true, From: Latest()})
				}
				if when == "before the probe" {
					h.locks(p).before = succeed
				} else {
					h.locks(p).after = succeed
				}
				p.lookAtStalled()
				equal(t, "entry", y.entry, x.entry)
				if state := y.heads.state(y.entry); state != y.state || stateMode(state) != modeGating {
					t.Fatalf("the successor's entry is %v now", stateMode(state))
				}
				p.stall = stall{}
				full(t, p)
				for {
					if _, err := y.TryNext(); err == ErrEmpty {
						break
					} else if err != nil {
						t.Fatalf("the successor was told %v", err)
					}
				}
			})
		}
	}
}

// Can an entry that never passed a join hold the producer up? Can one that lies do so for longer than the deadline? (H22)
func TestH22LyingEntries(t *testing.T) {
	const deadline = 20 * time.Millisecond
	for name, lie := range map[string]func(p *Producer, h *heads, round int){
		"head long past":     func(p *Producer, h *heads, round int) { h.setHead(0, 0) },
		"head beyond":        func(p *Producer, h *heads, round int) { h.setHead(0, p.pos+uint64(round)<<40) },
		"head moves back":    func(p *Producer, h *heads, round int) { h.setHead(0, p.granted-p.capacity+uint64(round%2)*8) },
		"head in a payload":  func(p *Producer, h *heads, round int) { h.setHead(0, p.granted-p.capacity+uint64(round)) },
		"epoch in a loop":    func(p *Producer, h *heads, round int) { h.setHead(0, p.granted-p.capacity) },
		"joining for ever":   func(p *Producer, h *heads, round int) { h.setHead(0, p.granted-p.capacity) },
		"mode out of bounds": func(p *Producer, h *heads, round int) { h.setHead(0, p.granted-p.capacity) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2, StallDeadline: deadline})
			p := h.producer(Sleep)
			liar := h.files()
			check(t, liar.headsLocks.Lock(0)) // it lives
			honest := h.consumer(ConsumerOptions{})
			_, hd := h.raw()
			calls := 0
			for round := range 300 {
				m := modeGating
				switch name {
				case "joining for ever":
					m = modeJoining
				case "mode out of bounds":
					m = mode(0xff)
				}
				hd.swapState(0, hd.state(0), uint64(round)<<8|uint64(m))
				lie(p, hd, round)
				before := p.Stats().Blocked
				check(t, p.Publish(0, make([]byte, 100)))
				// The deadline, one look more, and one look for the demotion to take effect.
				if blocked := p.Stats().Blocked - before; blocked > deadline+2*lookInterval {
					t.Fatalf("a lie held Publish up for %v", blocked)
				} else if blocked > 0 {
					calls++
				}
				if p.Stats().Blocked > before && (name == "head long past" && p.pos > 3*p.capacity || name == "head beyond") {
					t.Fatalf("an entry that gates nothing held Publish up")
				}
				texts2(t, honest)
				if calls > 10 && name != "head long past" {
					break
				}
			}
		})
	}
}

// texts2 reads what is there, losses included.
func texts2(t testing.TB, c *Consumer) {
	for {
		if _, err := c.TryNext(); err == ErrEmpty {
			return
		}
	}
}

// Is an entry that fights its demotion ignored all the same for the rest of the wait? (H22)
func TestH22EpochFlippedInALoop(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, StallDeadline: time.Millisecond})
	p := h.producer(Spin)
	x := h.consumer(ConsumerOptions{Lossless: true})
	full(t, p)
	p.stall.blocked = time.Hour
	var flip func()
	flip = func() {
		s := x.heads.state(x.entry)
		x.heads.swapState(x.entry, s, stateNext(s, modeGating))
		h.locks(p).after = flip
	}
	flip()
	p.lookAtStalled()
	equal(t, "its mode", stateMode(x.heads.state(x.entry)), modeGating)
	check(t, p.TryPublish(0, []byte("passes")))
	h.locks(p).after = nil
	for range 100 { // it is lapped, and told that it gates no more
		check(t, p.Publish(0, make([]byte, 100)))
	}
	r := 0
	for {
		_, err := x.TryNext()
		if err == ErrEmpty {
			break
		}
		if err != nil {
			want(t, err, ErrDemoted)
			r++
		}
	}
	equal(t, "times told", r, 1)
	equal(t, "lossless", x.Stats().Lossless, false)
}

// Does a producer that was stopped itself count that as the consumer's stall? (H23)
func TestH23OwnStopIsNotCounted(t *testing.T) {
	var s stall
	now := time.Unix(1000, 0)
	s.look(now)
	for range 10 {
		now = now.Add(time.Hour)
		s.look(now)
	}
	if s.blocked > 10*lookInterval {
		t.Errorf("ten looks an hour apart count as %v", s.blocked)
	}
}

// Does a gate hold the producer wherever in the table it is, alone?
func TestEveryEntryGates(t *testing.T) {
	for entry := range 20 {
		h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 20})
		p := h.producer(Spin)
		var consumers []*Consumer
		for range entry + 1 {
			consumers = append(consumers, h.consumer(ConsumerOptions{Lossless: true}))
		}
		for _, other := range consumers[:entry] {
			h.close(other)
		}
		c := consumers[entry]
		equal(t, "entry", c.entry, entry)
		sent := uint64(full(t, p))
		for n := range sent {
			if m, err := c.TryNext(); err != nil || m.Seq != n {
				t.Fatalf("entry %d: message %d of %d: %v, %v", entry, n, sent, m, err)
			}
		}
	}
}
