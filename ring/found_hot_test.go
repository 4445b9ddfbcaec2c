//go:build linux

package ring

import (
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/mmring/mmring/mmapfile"
)

// More that failed when it was written, found by a review of the hot paths.

// In a ring of more than 16 GiB a segment is longer than the longest message, and Publish, which asks no question within a segment, took
// messages that no consumer believes.
func TestFoundLongerThanTheLongest(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 1 << 16})
	h.g.flushMax = h.g.segment / 8
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
	for range 300 {
		check(t, p.Publish(1, nil))
		want(t, p.Publish(2, make([]byte, p.MaxMessage()+1)), ErrTooLarge)
		want(t, p.Append(2, make([]byte, p.MaxMessage()+1)), ErrTooLarge)
		check(t, p.Publish(3, make([]byte, p.MaxMessage())))
		expect(t, c, 1, nil)
		expect(t, c, 3, make([]byte, p.MaxMessage()))
	}
}

// A lying producer put a consumer just below 2^64, where the end of a run is a smaller number than its beginning: the run had no end, and
// the copy of it panicked.
func TestFoundRunAcrossTheLastPosition(t *testing.T) {
	for back := uint64(8); back < 4096; back += 8 {
		h := newHeapRing(t, tinyRing)
		s, _ := h.raw()
		for at := uint64(0); at < 2*h.g.capacity; at += 8 {
			*word64(s.mem[dataOffset:], at) = commitWord(1, 584)
		}
		at := -back
		s.grant(at + h.g.capacity/2)
		s.storeLast(at, at)
		for i := range uint64(segments) {
			storeRelease64(s.anchorWord(i), at)
		}
		ends(t, fmt.Sprintf("%d below 2^64", back), func() {
			c, err := h.tryConsumer(ConsumerOptions{})
			for range runMessages { // the first may be one
				if err == nil {
					_, err = c.TryNext()
				}
			}
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("%d below 2^64: %v", back, err)
			}
		})
	}
}

// The end of the data was cut off, and with it the beginning of a batch: it was lost, and Close, Release, or the Append that had to flush it,
// said nothing.
func TestFoundBatchLostByTruncation(t *testing.T) {
	for name, last := range map[string]func(p *Producer) error{
		"Close":   (*Producer).Close,
		"Release": (*Producer).Release,
		"Flush":   (*Producer).Flush,
		"Append":  func(p *Producer) error { return p.Append(0, make([]byte, 20000)) },
		"Commit": func(p *Producer) error {
			_, err := p.Claim(0)
			return errors.Join(err, p.Commit(0, 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 1 << 16})
			for p.pos < p.capacity-1000 {
				publishTexts(t, p, "before")
			}
			check(t, p.Append(0, make([]byte, 20000)))
			check(t, os.Truncate(path, dataOffset+45<<10))
			want(t, last(p), mmapfile.ErrTruncated)
		})
	}
}

// A message was viewed in one ring and passed on to another, and the first one's file was cut off under it. The view said so, as it should; the
// other ring's producer was in use from then on, and Close waited for ever.
func TestFoundPayloadThatFaults(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		for name, pass := range map[string]func(p *Producer, payload []byte) error{
			"Append":  func(p *Producer, payload []byte) error { return p.Append(7, payload) },
			"Publish": func(p *Producer, payload []byte) error { return p.Publish(7, payload) },
			"asking":  func(p *Producer, payload []byte) error { return p.PublishContext(unbounded, 7, payload) },
		} {
			t.Run(fmt.Sprint(name, "/sealed=", sealed), func(t *testing.T) {
				to, err := CreateAnonymous(Options{})
				if !sealed {
					to, err = Create(ringPath(t), Options{})
				}
				check(t, err)
				publishTexts(t, to, "before")
				check(t, to.Append(0, []byte("appended before")))
				if name == "Publish" {
					check(t, to.Flush())
				}
				path := ringPath(t)
				from, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Lossless: true})
				check(t, from.Publish(0, make([]byte, 10000)))
				_, err = c.View(1, func(m *Message) error {
					check(t, os.Truncate(path, dataOffset))
					return pass(to, m.Payload)
				})
				want(t, err, mmapfile.ErrTruncated)
				ends(t, "the other ring's producer", func() {
					if err := errors.Join(to.Publish(1, []byte("after")), to.Close()); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

// Close came while a call was finding out about a fault, with its hold given up already: it unmapped what that call was about to use. (For the
// consumer, whose call only changes its own mind: meant for -race.)
func TestFoundCloseAmidAFault(t *testing.T) {
	renewed, lost := 0, 0
	for range 300 {
		path := ringPath(t)
		p := produce(t, path, Options{Capacity: 4096})
		c := consume(t, path, ConsumerOptions{Lossless: true})
		publishTexts(t, p, "one")
		check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
		closeAmid(t, p.Close, func() error { return p.Publish(0, nil) })
		closeAmid(t, c.Close, c.Ack)
		if len(p.files.retired) > 0 {
			renewed++
		}
		if c.entry == unlisted {
			lost++
		}
	}
	if t.Logf("%d and %d times", renewed, lost); renewed == 0 || lost == 0 {
		t.Error("a fault was never met before Close")
	}
}

// closeAmid closes a handle while another goroutine calls it.
func closeAmid(t *testing.T, closes, call func() error) {
	started, done := make(chan bool), make(chan bool)
	go func() {
		defer close(done)
		ends(t, "the call", func() {
			close(started)
			for range 3 {
				if err := call(); err != nil && !errors.Is(err, ErrClosed) {
					t.Error(err)
				}
			}
		})
	}()
	<-started
	closes() // of a consumer without its heads file: says so, or not
	<-done
}

// Close came while a poll was ending: what the poll had delivered was not acknowledged, because it had the news of the close pending.
func TestFoundPollEndedByClose(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p, c := h.producer(Spin), h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	publishTexts(t, p, "a", "b", "c", "d")
	n, err := c.Poll(10, func(m *Message) error {
		if m.Seq == 2 {
			atomic.OrUint32(&c.special, closing) // as Close does first, on another goroutine
		}
		return nil
	})
	check(t, err)
	equal(t, "polled", n, 3)
	c.depart() // as Close does then
	equal(t, "acknowledged", c.heads.nextSeqOf(c.entry), 3)
}

// The heads file was cut off, and Ack said that a successor will not see again what nothing kept.
func TestFoundAckWithHeadsCutOff(t *testing.T) {
	for name, ack := range map[string]func(c *Consumer) error{
		"Ack":       (*Consumer).Ack,
		"AckBefore": func(c *Consumer) error { return c.AckBefore(1) },
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Name: "x", ManualAck: true})
			nameless := consume(t, path, ConsumerOptions{ManualAck: true})
			publishTexts(t, p, "one", "two")
			texts(t, c)
			texts(t, nameless)
			check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
			want(t, ack(c), ErrHeads)
			check(t, ack(nameless))     // which has no successor
			publishTexts(t, p, "three") // and has another heads file now
			check(t, c.examine())
			equal(t, "acknowledged there", c.heads.nextSeqOf(c.entry) > 0, true)
		})
	}
}

// A consumer threw away the whole messages that it had fetched together with one that is damaged.
func TestFoundWholeBeforeDamaged(t *testing.T) {
	for name, damage := range map[string]func(s *stream, at uint64){
		"sequence number": func(s *stream, at uint64) { s.storeSeq(at, 99) },
		"length":          func(s *stream, at uint64) { s.commit(at, commitWord(0, s.maxPayload()+1)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
			p, c := h.producer(Spin), h.consumer(ConsumerOptions{})
			numbers(t, p, 0, 10)
			damage(&p.stream, 6*64)
			for n := range uint64(6) {
				m, err := c.TryNext()
				check(t, err)
				equal(t, "message", m.Seq, n)
			}
			_, err := c.TryNext()
			want(t, err, ErrCorrupt, "the record at 384", "6 expected")
		})
	}
}
