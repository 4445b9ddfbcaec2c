package ring

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
)

// Calls of every kind, one after the other in one goroutine, in any order: those of the producer that are refused, or given up, in the middle of
// a batch, and those of consumers that stop in the middle of a run.

// mixed is a ring with a producer, and how far its stream is.
type mixed struct {
	*testing.T
	script
	*rand.Rand
	p           *Producer
	next        uint64 // of the message to come
	full, given int    // calls that were refused
	claims      int
}

// send makes one call of the producer. What it acknowledges counts, and nothing else.
func (m *mixed) send() {
	payload, tag := m.message(nil, m.next)
	var err error
	switch m.IntN(10) {
	case 0, 1: // Publish, which must not wait here
		if m.p.pos+m.p.size(uint64(len(payload)))+8 <= m.p.publishBelow {
			err = m.p.Publish(tag, payload)
		} else {
			err = m.p.TryPublish(tag, payload)
		}
	case 2:
		err = m.p.PublishContext(givenUp, tag, payload)
	case 3, 4, 5: // Append
		if m.p.pos+m.p.size(uint64(len(payload)))+8 <= m.p.batch.stageBelow {
			err = m.p.Append(tag, payload)
		} else {
			err = m.p.AppendContext(noWait, tag, payload)
		}
	case 6:
		err = m.p.AppendContext(givenUp, tag, payload)
	case 7:
		err = m.claim(tag, payload)
	case 8:
		check(m, m.p.Flush())
		return
	case 9:
		large := make([]byte, m.p.MaxMessage()+1+m.IntN(1<<15))
		want(m, m.p.TryPublish(tag, large), ErrTooLarge)
		want(m, m.p.AppendContext(noWait, tag, large), ErrTooLarge)
		return
	}
	switch err {
	case nil:
		m.next++
	case ErrFull:
		m.full++
	case context.Canceled:
		m.given++
	default:
		m.Fatal(err)
	}
}

var givenUp = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// claim sends by a claim that may be larger than it need be, and may come to nothing first.
func (m *mixed) claim(tag uint32, payload []byte) error {
	n := len(payload) + m.IntN(m.p.MaxMessage()-len(payload)+1)
	if m.IntN(2) == 0 {
		n = min(len(payload)+m.IntN(20), m.p.MaxMessage())
	}
	open := m.p.TryClaim
	if m.p.pos+m.p.size(uint64(n))+8 <= m.p.publishBelow {
		open = m.p.Claim // which does not wait here
	}
	b, err := open(n)
	if err != nil {
		return err
	}
	m.claims++
	for i := range b {
		b[i] = 0x80 // commit words everywhere
	}
	want(m, m.p.AppendContext(noWait, 0, nil), errClaimOpen)
	if m.IntN(3) == 0 {
		check(m, m.p.Abort())
		return m.p.AppendContext(noWait, tag, payload)
	}
	copy(b, payload)
	return m.p.Commit(tag, len(payload))
}

// taker is a consumer, and what it has seen.
type taker struct {
	reader
	c                         *Consumer
	stopped, panicked, killed int
	acked                     uint64 // by the last Ack
	repeated, ungated         uint64
}

var errStop = errors.New("stop")

// takeSome makes one call of the consumer.
func (k *taker) takeSome(m *mixed) {
	var err error
	most := 1 + m.IntN(20)
	see := func(msg *Message) error {
		check(m, k.take(m, msg, nil))
		switch m.IntN(20) {
		case 0:
			k.stopped++
			return errStop
		case 1:
			k.panicked++
			panic(errStop)
		}
		return nil
	}
	switch m.IntN(8) {
	case 0, 1:
		var msg *Message
		msg, err = k.c.TryNext()
		err = k.take(m, msg, err)
	case 2, 3:
		err = k.calls(m, func() (int, error) { return k.c.Poll(most, see) })
	case 4:
		err = k.calls(m, func() (int, error) { return k.c.View(most, see) })
	case 5:
		err = k.c.Ack()
		k.acked = k.next
	case 6:
		k.aside(m)
	case 7:
		return
	}
	if err != nil && err != ErrEmpty && err != errStop && err != errNoViews {
		m.Fatal(err)
	}
}

// calls makes a call that shows messages, and may end in a panic of the one who looks at them: then the last message may come again.
func (k *taker) calls(m *mixed, call func() (int, error)) (err error) {
	defer func() {
		if r := recover(); r == errStop {
			if next := k.c.Stats().NextSeq; next+1 == k.next {
				k.next--
				k.received--
			}
		} else if r != nil {
			panic(r)
		}
	}()
	seen := k.received
	n, err := call()
	if uint64(n) != k.received-seen {
		m.Fatalf("%d messages, but %d were seen", n, k.received-seen)
	}
	var lapped *LappedError
	if errors.As(err, &lapped) {
		return k.take(m, nil, err)
	}
	return err
}

// aside makes calls that leave the consumer where it is, and the message delivered last what it is.
func (k *taker) aside(m *mixed) {
	delivered, text := k.c.message.Payload, string(k.c.message.Payload)
	if newest, err := k.c.Latest(); err == nil {
		seq := newest.Seq - min(newest.Seq, m.Uint64N(5))
		if _, err = k.c.At(seq); err != nil && (k.c.gating && seq >= k.c.acked.seq || !errors.As(err, new(*LappedError))) {
			m.Fatalf("message %d, of which %d were acknowledged: %v", seq, k.c.acked.seq, err)
		}
	}
	_, err := k.c.Lag()
	check(m, err)
	equal(m, "the message delivered last", string(delivered), text)
}

// restart ends the consumer, or kills it, and starts another of its name. What it had not acknowledged comes again; nothing is skipped.
func (k *taker) restart(m *mixed, h *heapRing) {
	killed := m.IntN(2) == 0
	if killed {
		k.killed++
		h.kill(k.c)
	} else {
		h.close(k.c)
	}
	k.c = h.consumer(k.c.options)
	lost := k.c.Stats().Lost // by a Close, which lifts the gate: to be told
	next := k.c.Stats().NextSeq - lost
	switch {
	case next < k.acked || next > k.next:
		m.Fatalf("resumed at %d; acknowledged were %d, seen %d", next, k.acked, k.next)
	case k.c.options.ManualAck:
		equal(m, "resumed at", next, k.acked)
	case !killed:
		equal(m, "resumed at", next, k.next)
	}
	if !killed {
		k.ungated += lost
	}
	k.repeated += k.next - next
	k.received -= k.next - next
	k.next = next
}

// Is what the producer acknowledged delivered, each message once and in order, and nothing else, whatever the calls before, and in between?
func TestMixedCalls(t *testing.T) {
	var sum mixed
	var all taker
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			h := newHeapRing(t, Options{Capacity: 4096 << (seed % 4), Alignment: 8 << (seed % 6), MaxConsumers: 2})
			m := &mixed{T: t, Rand: rand.New(rand.NewPCG(seed, 3)), p: h.producer(Spin)}
			m.script = script{seed: seed, longest: uint64(m.p.MaxMessage())}
			k := &taker{reader: reader{script: m.script}, c: h.consumer(ConsumerOptions{Lossless: true, Name: "x", ManualAck: seed%3 == 0})}
			lossy := &taker{reader: reader{script: m.script}, c: h.consumer(ConsumerOptions{})}
			for range 3000 {
				m.send()
				for range m.IntN(4) {
					k.takeSome(m)
				}
				if m.IntN(200) == 0 {
					k.restart(m, h)
				}
				lossy.takeSome(m)
			}
			check(t, m.p.Flush())
			for _, k := range []*taker{k, lossy} {
				k.drain(t, k.c)
				equal(t, "told of", k.next, m.next)
				equal(t, "received and lost", k.received+k.lost, m.next)
			}
			equal(t, "lost by the lossless one", k.lost, k.ungated)
			sum.full, sum.given, sum.claims = sum.full+m.full, sum.given+m.given, sum.claims+m.claims
			all.stopped, all.panicked, all.killed = all.stopped+k.stopped, all.panicked+k.panicked, all.killed+k.killed
			all.repeated, all.lost = all.repeated+k.repeated, all.lost+lossy.lost
		})
	}
	t.Logf("%d full, %d given up, %d claims; %d stops, %d panics, %d kills, %d repeated, %d lost",
		sum.full, sum.given, sum.claims, all.stopped, all.panicked, all.killed, all.repeated, all.lost)
	if min(sum.full, sum.given, sum.claims, all.stopped, all.panicked, all.killed, int(all.repeated), int(all.lost)) < 20 {
		t.Error("too little of that happened")
	}
}
