package ring

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// Tests that failed when they were written, smallest first case of each bug. They stay.

// A named lossless consumer was killed while the ring was full. Its gate held, so nothing it had not acknowledged was overwritten;
// but the anchor of its segment lies below its head, and is gone.
func TestFoundTakeOverBetweenAnchors(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, Alignment: 64})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	full(t, p)
	m, err := c.TryNext()
	check(t, err)
	equal(t, "seq", m.Seq, 0)
	check(t, c.Ack()) // one record of 64 bytes: the next is not the first of its segment
	full(t, p)
	h.kill(c)
	c = h.consumer(ConsumerOptions{Lossless: true, Name: "x"})
	m, err = c.TryNext()
	if err != nil {
		t.Fatalf("restarted: %v", err)
	}
	equal(t, "seq", m.Seq, 1)
}

// A lossy consumer has read everything and finds nothing. Then it is lapped, by zeros at its head, and the producer dies: nobody
// may say that all was read, for it was not. (H30, H34)
func TestFoundNoProducerThoughLapped(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{RequireProducer: true})
	if _, err := c.TryNext(); err != ErrEmpty {
		t.Fatal(err)
	}
	for p.pos < 2*p.capacity {
		check(t, p.Publish(0, make([]byte, 1008)))
	}
	s, _ := h.raw()
	s.plant(0, 0) // as a payload of zeros leaves it
	h.kill(p)
	want(t, c.examine(), ErrNoProducer)
	if err := c.look(); err != nil {
		t.Errorf("lapped, with messages to read: %v", err)
	}
}

// A heads file is cut off while a batch is open: Close must end the stream all the same.
func TestFoundCloseWithHeadsCutOff(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{})
	check(t, p.Append(0, []byte("batch")))
	check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
	closing := p.Close()
	var got string
	for {
		m, err := c.TryNext()
		if err == io.EOF {
			break
		}
		if errors.Is(err, mmapfile.ErrTruncated) { // of the heads file: said once
			continue
		}
		if err != nil {
			t.Fatalf("after Close, which said %v: %v", closing, err)
		}
		got = string(m.Payload)
	}
	equal(t, "message", got, "batch")
}

// The heads file is cut off while the producer waits for consumers.
func TestFoundWaitConsumersWithHeadsCutOff(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
	check(t, p.WaitConsumers(patient(t), 0))
}

// The heads file is cut off, then a listed lossy consumer is lapped: the loss must be told in full.
func TestFoundLossWithHeadsCutOff(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	r := &reader{script: script{seed: 1, longest: 100}}
	publishScript(t, p, r.script, 0, 5)
	c := consume(t, path, ConsumerOptions{})
	r.drain(t, c)
	check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
	publishScript(t, p, r.script, 5, 500)
	for {
		m, err := c.TryNext()
		if errors.Is(err, mmapfile.ErrTruncated) {
			continue
		}
		if err = r.take(t, m, err); err == ErrEmpty {
			break
		}
		check(t, err)
	}
	equal(t, "received and lost", r.received+r.lost, 500)
}

// A demotion is told after a run that was fetched with it: Next must be the message that comes next, not the one before that run.
func TestFoundDemotionNamesTheNextMessage(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	c := h.consumer(ConsumerOptions{Lossless: true})
	full(t, p)
	for range 10 {
		_, err := c.TryNext()
		check(t, err)
	}
	c.heads.swapState(c.entry, c.state, stateWith(c.state, modeDemoted))
	next := uint64(10)
	for {
		m, err := c.TryNext()
		var lapped *LappedError
		if errors.As(err, &lapped) {
			want(t, err, ErrDemoted)
			equal(t, "next, by the error", lapped.Next, next)
			return
		}
		check(t, err)
		equal(t, "seq", m.Seq, next)
		next++
	}
}

// Close may be called while another goroutine is between two messages. (Meant for -race.)
func TestFoundCloseWhileDelivering(t *testing.T) {
	for range 20 {
		h := newHeapRing(t, Options{Capacity: 1 << 16})
		p := h.producer(Spin)
		c := h.consumer(ConsumerOptions{Lossless: true})
		for range 500 {
			check(t, p.Publish(0, nil))
		}
		first, done := make(chan bool), make(chan error)
		go func() {
			for i := 0; ; i++ {
				if _, err := c.TryNext(); err != nil {
					done <- err
					return
				}
				if i == 3 {
					first <- true
				}
			}
		}()
		<-first
		check(t, c.Close())
		if err := <-done; err != ErrEmpty {
			want(t, err, ErrClosed)
		}
	}
}

// Stats may be called from any goroutine, also while the producer counts. (Meant for -race.)
func TestFoundStatsWhilePublishing(t *testing.T) {
	h := newHeapRing(t, Options{})
	p := h.producer(Spin)
	done := make(chan bool)
	go func() {
		for range 1000 {
			p.Stats()
		}
		close(done)
	}()
	for range 1000 {
		p.heads.setWaiting()
		check(t, p.Publish(0, nil))
	}
	<-done
}

// A stream whose newest record is said to be far away must not keep an opener in a loop.
func TestFoundPinLatestOnADamagedStream(t *testing.T) {
	h := newHeapRing(t, Options{})
	s, _ := h.raw()
	s.storeLast(1<<40, 1<<40)
	done := make(chan error, 1)
	go func() {
		_, err := h.tryConsumer(ConsumerOptions{Lossless: true, From: Latest()})
		done <- err
	}()
	select {
	case err := <-done:
		want(t, err, ErrCorrupt)
	case <-patientBriefly(t):
		t.Fatal("Open does not return")
	}
}

// The stream was cut off and grown again behind its identity page: zeros, or counters that say there are messages where zeros are.
// Nobody may wait for ever beside it. (H9)
func TestFoundZeroed(t *testing.T) {
	for _, size := range []int64{pageSize, dataOffset} {
		for read := range 2 {
			t.Run(fmt.Sprint("from=", size, "/read=", read), func(t *testing.T) {
				path := ringPath(t)
				p := produce(t, path, Options{})
				c := consume(t, path, ConsumerOptions{Lossless: true})
				publishTexts(t, p, "one")
				for range read {
					texts(t, c)
				}
				publishTexts(t, p, "two")
				check(t, os.Truncate(path, size))
				check(t, os.Truncate(path, dataOffset+1<<20))
				_, err := c.TryNext()
				for range 3 {
					if err == nil || err == ErrEmpty {
						c.sleeper.lastLook = time.Time{} // as after a while
						err = c.look()
					}
				}
				want(t, err, ErrCorrupt)
			})
		}
	}
}

// The identity page is overwritten in place, as by whoever writes another file there: an idle consumer notices. (H9)
func TestIdentityIsReadAgain(t *testing.T) {
	for name, at := range map[string]int64{"magic": 0, "ring id": 0x10} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			produce(t, path, Options{})
			c := consume(t, path, ConsumerOptions{})
			check(t, c.examine())
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			check(t, err)
			defer f.Close()
			_, err = f.WriteAt([]byte("otherwise"[:8]), at)
			check(t, err)
			want(t, c.examine(), ErrCorrupt, "identity")
		})
	}
}

// Open must say why it cannot: the error of a join was dropped, and the consumer was silently lossy.
func TestFoundOpenTellsWhy(t *testing.T) {
	path := ringPath(t)
	produce(t, path, Options{MaxConsumers: 1})
	_, err := Open(path, ConsumerOptions{From: FromSeq(5)})
	want(t, err, ErrNotYet)
	consume(t, path, ConsumerOptions{Name: "x"})
	_, err = Open(path, ConsumerOptions{Name: "x"})
	want(t, err, ErrNameInUse)
	_, err = Open(path, ConsumerOptions{Lossless: true})
	want(t, err, ErrTableFull)
}
