package ring

import (
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// These tests run the real code on threads of one process, over heap memory, where the race detector sees every access. Both
// sides know the stream by its seed. Each goes on until the rare paths it is for did occur, however the threads are scheduled.

// churn publishes the script by every way there is, as long as the producer has to, and closes. It returns how many messages there were,
// and how many batches were flushed for their size.
func churn(t testing.TB, p *Producer, s script, goesOn func(bySize int) bool) (seq uint64, bySize int) {
	r := rand.New(rand.NewPCG(s.seed, 1))
	var buf []byte
	for ; seq%64 != 0 || goesOn(bySize); seq++ {
		payload, tag := s.message(buf, seq)
		buf = payload
		var err error
		switch r.IntN(8) {
		case 0, 1, 2:
			err = p.Publish(tag, payload)
		case 3:
			err = claimAll(p, tag, payload)
		case 4:
			for err = ErrFull; err == ErrFull; {
				err = p.TryPublish(tag, payload)
			}
		default:
			first := p.batch.first
			if err = p.Append(tag, payload); p.batch.held != 0 && first != p.batch.first {
				bySize++
			}
		}
		if err != nil {
			t.Error(err)
			break
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	return seq, bySize
}

// follow reads to the end, in calls of every kind, now and then dawdling.
func follow(t testing.TB, c *Consumer, r *reader, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 2))
	ctx := patient(t)
	for {
		var err error
		switch random.IntN(5) {
		case 0:
			var m *Message
			m, err = c.TryNext()
			err = r.take(t, m, err)
		case 1:
			_, err = c.Poll(1+random.IntN(100), func(m *Message) error { return r.take(t, m, nil) })
			err = r.take(t, nil, cmpErr(err))
		case 2:
			err = ErrEmpty
			if raceDetector {
				break
			}
			if m, e := c.Latest(); e == nil { // of the last flush, or of the one before while it is under way
				if payload, tag := r.message(r.buf, m.Seq); string(payload) != string(m.Payload) || tag != m.Tag {
					t.Errorf("latest, message %d, is not what was sent", m.Seq)
				}
			} else if e != ErrEmpty {
				t.Errorf("latest: %v", e)
			}
		case 3:
			for range random.IntN(200) {
				runtime.Gosched()
			}
			err = ErrEmpty
		default:
			var m *Message
			m, err = c.Next(ctx)
			err = r.take(t, m, err)
		}
		if err == io.EOF {
			return
		}
		if err != nil && err != ErrEmpty && err != errNothing {
			t.Error(err)
			return
		}
	}
}

// errNothing stands for the success of a call whose messages were taken already.
var errNothing = errors.New("nothing to take")

func cmpErr(err error) error {
	if err == nil {
		return errNothing
	}
	return err
}

// Is every message delivered whole, in order, once, or counted as lost, to consumers of every kind at once on one ring?
func TestStressMixedConsumers(t *testing.T) {
	for i, o := range []Options{{Capacity: 4096, Alignment: 8}, {Capacity: 1 << 14}, {Capacity: 1 << 16, Alignment: 256}} {
		h := newHeapRing(t, o)
		p := h.producer(Wait(i))
		s := script{seed: uint64(time.Now().UnixNano()), longest: uint64(p.MaxMessage())}
		t.Logf("seed %d", s.seed)
		kinds := []ConsumerOptions{{Lossless: true}, {Lossless: true, Wait: Sleep}, {}, {Wait: Sleep}, {Wait: Spin}}
		if raceDetector {
			kinds = kinds[:2]
		}
		readers := make([]*reader, len(kinds))
		var wg sync.WaitGroup
		for i, o := range kinds {
			c := h.consumer(o)
			readers[i] = &reader{script: s}
			wg.Go(func() {
				for i == 2 && !c.lapped(c.reserved(), c.head) { // it begins when it is too late
					runtime.Gosched()
				}
				follow(t, c, readers[i], uint64(i))
			})
		}
		stop := time.Now().Add(duration(time.Second))
		n, bySize := churn(t, p, s, func(bySize int) bool { return time.Now().Before(stop) || bySize == 0 || p.pos < 2*p.capacity })
		wg.Wait()
		laps := 0
		for i, r := range readers {
			if r.received+r.lost != n {
				t.Errorf("consumer %d (%+v) received %d and lost %d of %d", i, kinds[i], r.received, r.lost, n)
			}
			if kinds[i].Lossless && r.laps > 0 {
				t.Errorf("lossless consumer %d was lapped %d times", i, r.laps)
			}
			laps += r.laps
		}
		t.Logf("%d messages, %d laps, %d batches flushed by size", n, laps, bySize)
		if laps == 0 && !raceDetector {
			t.Error("nobody was lapped")
		}
	}
}

// Do lossless consumers that join and leave, at every kind of place, under a producer at full speed, ever lose what they
// were promised? (H21, H27, H28, the join's half of E2)
func TestH27StormOfJoins(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 1 << 14, MaxConsumers: 8})
	p := h.producer(Adaptive)
	s := script{seed: 27, longest: 200}
	stop := time.Now().Add(duration(2 * time.Second))
	var wg sync.WaitGroup
	var joins, seeks [3]int
	var joining atomic.Int32
	joining.Store(int32(len(joins)))
	for i := range joins {
		wg.Go(func() {
			defer joining.Add(-1)
			random := rand.New(rand.NewPCG(uint64(i), 3))
			for !t.Failed() && (time.Now().Before(stop) || joins[i] < 10) {
				joinAndRead(t, h, s, random, &seeks[i])
				joins[i]++
			}
		})
	}
	churn(t, p, s, func(int) bool { return joining.Load() > 0 })
	wg.Wait()
	t.Logf("%v joins, %v seeks, blocked %v", joins, seeks, p.Stats().Blocked)
}

// joinAndRead joins somewhere, reads a little, seeks, reads, and leaves, sometimes by dying. A loss may be told right after a
// join or seek, for what was asked for and gone already, and never later.
func joinAndRead(t *testing.T, h *heapRing, s script, random *rand.Rand, seeks *int) {
	places := []Start{Oldest(), Latest(), Last(random.Uint64N(300)), FromSeq(0)}
	c, err := h.tryConsumer(ConsumerOptions{Lossless: true, From: places[random.IntN(len(places))]})
	if err != nil {
		t.Error(err)
		return
	}
	for range 1 + random.IntN(3) {
		r := &reader{script: s, next: c.Stats().NextSeq}
		for i := range random.IntN(400) {
			m, err := c.TryNext()
			var lapped *LappedError
			if errors.As(err, &lapped) && i == 0 && !lapped.Demoted {
				continue
			}
			if err = r.take(t, m, err); err == io.EOF {
				break
			} else if err != nil && err != ErrEmpty || r.laps > 0 {
				t.Errorf("after a join: %v, %d laps", err, r.laps)
				return
			}
		}
		if err := c.Seek(places[random.IntN(len(places))]); err != nil {
			t.Error(err)
		}
		*seeks++
	}
	if random.IntN(4) == 0 {
		h.kill(c)
	} else {
		h.close(c)
	}
}

// Do consumers that stall beyond the deadline lose their gate, know it, and lose exactly what they are told?
func TestStressDemotions(t *testing.T) {
	if raceDetector {
		t.Skip("a demoted consumer reads what is overwritten")
	}
	h := newHeapRing(t, Options{Capacity: 4096, StallDeadline: 100 * time.Microsecond})
	p := h.producer(Adaptive)
	s := script{seed: 22, longest: 300}
	var wg sync.WaitGroup
	readers := make([]*reader, 3)
	for i := range readers {
		c := h.consumer(ConsumerOptions{Lossless: true})
		readers[i] = &reader{script: s}
		wg.Go(func() {
			for r := readers[i]; r.next < 50; {
				m, err := c.TryNext()
				if err = r.take(t, m, err); err != nil && err != ErrEmpty {
					t.Error(err)
					return
				}
			}
			for stateMode(h.stateOf(c)) == modeGating { // deaf, until it is too late
				runtime.Gosched()
			}
			follow(t, c, readers[i], uint64(i))
		})
	}
	stop := time.Now().Add(duration(time.Second))
	s2, _ := h.raw()
	n, _ := churn(t, p, s, func(int) bool { return time.Now().Before(stop) || load(&s2.status().demoted) < uint64(len(readers)) })
	wg.Wait()
	demoted := 0
	for i, r := range readers {
		if r.received+r.lost != n {
			t.Errorf("consumer %d received %d and lost %d of %d", i, r.received, r.lost, n)
		}
		demoted += r.demoted
	}
	equal(t, "consumers told of a demotion", demoted, len(readers))
	equal(t, "and counted", load(&s2.status().demoted), uint64(demoted))
	t.Logf("%d messages, %d demotions", n, demoted)
}

func (h *heapRing) stateOf(c *Consumer) uint64 { return c.heads.state(c.entry) }
