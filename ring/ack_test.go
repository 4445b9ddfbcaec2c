package ring

import (
	"errors"
	"fmt"
	"testing"
)

// What acknowledges, and what does a killed consumer see again: exactly what was not, and no more than a segment and a run?
func TestWhatIsAcknowledged(t *testing.T) {
	for _, lossless := range []bool{false, true} {
		for _, manual := range []bool{false, true} {
			t.Run(fmt.Sprint("lossless=", lossless, "/manual=", manual), func(t *testing.T) {
				h := newHeapRing(t, Options{Capacity: 1 << 16})
				p := h.producer(Spin)
				o := ConsumerOptions{Name: "x", Lossless: lossless, ManualAck: manual}
				for range 400 {
					check(t, p.Publish(0, make([]byte, 48))) // 64 bytes each
				}
				read := func(c *Consumer, n int) (last uint64) {
					for range n {
						m, err := c.TryNext()
						check(t, err)
						last = m.Seq
					}
					return last
				}
				c := h.consumer(o)
				read(c, 10)
				check(t, c.Ack())
				h.kill(c)
				c = h.consumer(o)
				equal(t, "first after Ack", read(c, 1), 10)
				read(c, 4)
				h.close(c) // acknowledges 15, unless that is left to Ack
				c = h.consumer(o)
				first := map[bool]uint64{false: 15, true: 10}[manual]
				equal(t, "first after Close", read(c, 1), first)
				last := read(c, 300)
				h.kill(c)
				c = h.consumer(o)
				again := last + 1 - read(c, 1)
				if most := uint64(1<<16/segments/64 + runMessages); manual && again != 301 || !manual && again > most {
					t.Errorf("after a kill %d messages came again, at most %d may", again, most)
				}
				texts(t, c)
				if !manual { // asking for more than there is acknowledges everything
					h.kill(c)
					c = h.consumer(o)
					_, err := c.TryNext()
					want(t, err, ErrEmpty)
				}
			})
		}
	}
}

// Under a stall deadline each message is acknowledged by asking for the next.
func TestDeadlineAcknowledgesEachMessage(t *testing.T) {
	h := newHeapRing(t, Options{StallDeadline: 1 << 40})
	p := h.producer(Spin)
	for range 100 {
		check(t, p.Publish(0, nil))
	}
	c := h.consumer(ConsumerOptions{Lossless: true})
	for i := range uint64(100) {
		_, err := c.TryNext()
		check(t, err)
		equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), i)
	}
}

// Does a consumer in ManualAck that is lapped, and killed before it acknowledged anything more, learn again of what it missed?
func TestLapDoesNotAcknowledgeForManualAck(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Name: "x", ManualAck: true})
	check(t, p.Publish(0, nil))
	_, err := c.TryNext() // delivered, and not acknowledged
	check(t, err)
	lap(t, p)
	_, err = c.TryNext()
	var lapped *LappedError
	if !errors.As(err, &lapped) {
		t.Fatal(err)
	}
	h.kill(c)
	c = h.consumer(ConsumerOptions{Name: "x", ManualAck: true})
	_, err = c.TryNext()
	if !errors.As(err, &lapped) || lapped.Next-lapped.Lost != 0 {
		t.Errorf("restarted, it was told %v; message 0 was never acknowledged", err)
	}
}
