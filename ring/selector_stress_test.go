package ring

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// Is every message of many producers received, in its order, by one goroutine that sleeps whenever there is none; and were there sleeps?
func TestStressSelector(t *testing.T) {
	for _, where := range []string{"heap", "files", "naps"} {
		t.Run(where, func(t *testing.T) {
			const rings = 6
			s := &several{Selector: &Selector{wait: Sleep}}
			if where == "files" {
				s.addFiles(t, rings, ConsumerOptions{Lossless: true})
			} else {
				s = newSeveral(t, rings, Sleep, ConsumerOptions{Lossless: true})
			}
			s.naps = where == "naps" || !waitsForSeveral()
			messages, sleeps := uint64(3000), uint64(10)
			if s.naps { // nobody wakes it
				messages, sleeps = 150, 0
			}
			sides := map[*Consumer]*side{}
			var wg sync.WaitGroup
			for i, p := range s.producers {
				each := &side{}
				sides[s.consumers[i]] = each
				wg.Go(func() { each.produce(t, p, messages, sleeps, uint64(i)) })
			}
			for ctx := patient(t); s.Len() > 0; {
				c := s.selectOrHang(t, ctx)
				if sides[c].consume(t, c) == io.EOF {
					s.Remove(c)
				}
			}
			wg.Wait()
			for _, each := range sides {
				equal(t, "messages", each.read.Load(), each.sent)
			}
		})
	}
}

// side is what both sides of one ring know in the stress.
type side struct {
	read atomic.Uint64 // messages that were received
	sent uint64
}

// produce publishes numbers, mostly waiting until each was received: then the receiver is about to sleep. It goes on until it has
// ended that many sleeps.
func (s *side) produce(t *testing.T, p *Producer, messages, sleeps, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 5))
	ctx := patient(t)
	for seq := uint64(0); seq < messages || p.Stats().Wakeups < sleeps; seq++ {
		if ctx.Err() != nil {
			t.Errorf("%d sleeps in %d messages", p.Stats().Wakeups, seq)
			break
		}
		if err := p.Publish(0, fmt.Append(nil, seq)); err != nil {
			t.Error(err)
			return
		}
		for random.IntN(8) > 0 && s.read.Load() <= seq {
			runtime.Gosched()
		}
		s.sent = seq + 1
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// consume takes what is there, and says why there is no more.
func (s *side) consume(t *testing.T, c *Consumer) error {
	_, err := c.Poll(10, func(m *Message) error {
		equal(t, "message", string(m.Payload), fmt.Sprint(s.read.Load()))
		s.read.Add(1)
		return nil
	})
	if err != nil && err != ErrEmpty && err != io.EOF {
		t.Fatal(err)
	}
	return err
}

// addFiles adds rings in files, whose streams the consumers map read-only.
func (s *several) addFiles(t testing.TB, n int, o ConsumerOptions) {
	for range n {
		path := ringPath(t)
		s.producers = append(s.producers, produce(t, path, Options{Capacity: 4096}))
		check(t, s.Add(consume(t, path, o)))
	}
}

// selectOrHang is Select whose sleeps do not end by themselves: the test does not end if a wake-up is lost.
func (s *several) selectOrHang(t *testing.T, ctx context.Context) *Consumer {
	if s.naps {
		c, err := s.Select(ctx)
		check(t, err)
		return c
	}
	check(t, s.enter())
	defer s.release(s.Len())
	for {
		if c := s.ready(); c != nil {
			s.next = s.looking + 1
			return c
		}
		check(t, ctx.Err())
		s.announceSleep()
		if s.ready() == nil {
			s.sleep(patience)
		}
	}
}
