package ring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Does every method of a closed handle say ErrClosed, and does a second Close do nothing? (H24)
func TestH24ClosedHandlesSaySo(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Lossless: true})
	publishTexts(t, p, "unread")
	check(t, c.Close())
	check(t, c.Close())
	check(t, p.Close())
	check(t, p.Close())
	ctx := context.Background()
	errs := map[string]error{
		"Publish": p.Publish(0, nil), "TryPublish": p.TryPublish(0, nil), "PublishContext": p.PublishContext(ctx, 0, nil),
		"Append": p.Append(0, nil), "Flush": p.Flush(), "Commit": p.Commit(0, 0), "Abort": p.Abort(),
		"WaitConsumers": p.WaitConsumers(ctx, 0), "Seek": c.Seek(Oldest()), "Ack": c.Ack(), "AckBefore": c.AckBefore(1),
	}
	_, errs["Next"] = c.Next(ctx)
	_, errs["TryNext"] = c.TryNext()
	_, errs["Poll"] = c.Poll(1, nil)
	_, errs["NextWithin"] = c.NextWithin(ctx, time.Hour)
	_, errs["Latest"] = c.Latest()
	_, errs["At"] = c.At(0)
	_, errs["Lag"] = c.Lag()
	_, errs["Claim"] = p.Claim(1)
	_, errs["Files"] = p.Files()
	for method, err := range errs {
		if !errors.Is(err, ErrClosed) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s of a closed handle: %v", method, err)
		}
	}
	equal(t, "producer's stats", p.Stats(), ProducerStats{})
	equal(t, "consumer's stats", c.Stats().Received, 0)
}

// Does a call that is refused leave alone what Close, on another goroutine, may be at work on? (H24)
func TestH24RefusedCallsChangeNothing(t *testing.T) {
	p := produce(t, ringPath(t), Options{})
	publishTexts(t, p, "a batch may begin", "but not there any more")
	check(t, p.Close())
	before, pos, below := p.batch, p.pos, p.publishBelow
	want(t, p.Append(0, nil), ErrClosed)
	want(t, p.Publish(0, nil), ErrClosed)
	_, err := p.Claim(0)
	want(t, err, ErrClosed)
	before.staged, p.batch.staged = nil, nil // too much to show
	equal(t, "batch", fmt.Sprintf("%+v", p.batch), fmt.Sprintf("%+v", before))
	equal(t, "position", p.pos, pos)
	equal(t, "what may be published", p.publishBelow, below)
}

// Is Close, on another goroutine, alone with what it is at work on? Under the race detector this tells. (H24)
func TestH24CloseBesideCalls(t *testing.T) {
	for what, call := range map[string]func(p *Producer) error{
		"Publish": func(p *Producer) error { return p.Publish(0, []byte("x")) },
		"Append":  func(p *Producer) error { return p.Append(0, []byte("x")) },
		"Claim":   func(p *Producer) error { _, err := p.Claim(8); return errors.Join(err, p.Abort()) },
	} {
		for range 100 {
			p := newHeapRing(t, Options{}).producer(Spin)
			check(t, p.Append(0, []byte("for Close to flush")))
			begun, ended := make(chan struct{}), make(chan error)
			go func() {
				close(begun)
				err := call(p)
				for err == nil {
					err = call(p)
				}
				ended <- err
			}()
			<-begun
			check(t, p.Close())
			if err := <-ended; !errors.Is(err, ErrClosed) {
				t.Fatalf("%s: %v", what, err)
			}
		}
	}
}

// Does Close, on another goroutine, leave the memory alone until the call in progress has left it? (H24)
func TestH24CloseWaits(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Lossless: true})
	publishTexts(t, p, "looked at")
	closed := make(chan error, 1)
	_, err := c.View(1, func(m *Message) error {
		go func() { closed <- c.Close() }()
		for !c.isClosing() {
			runtime.Gosched()
		}
		for range 100000 { // time enough for one that does not wait
			runtime.Gosched()
			select {
			case <-closed:
				return errors.New("Close did not wait")
			default:
			}
		}
		equal(t, "payload", string(m.Payload), "looked at")
		return nil
	})
	check(t, err)
	check(t, <-closed)
}

// Is a second goroutine in a handle told so?
func TestBusyHandleSaysSo(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{Wait: Sleep})
	gate := consume(t, path, ConsumerOptions{Lossless: true})
	read, published := make(chan error), make(chan error)
	go func() { _, err := c.Next(patient(t)); read <- err }()
	inCall(&c.calls)
	_, err := c.Lag()
	want(t, err, ErrBusy)
	want(t, c.Seek(Latest()), ErrBusy)
	for p.TryPublish(0, make([]byte, 100)) == nil {
	}
	check(t, <-read)
	go func() { published <- p.Publish(0, make([]byte, 200)) }()
	inCall(&p.calls)
	want(t, p.Publish(0, nil), ErrBusy)
	want(t, p.Flush(), ErrBusy)
	texts(t, gate)
	check(t, <-published)
}

// inCall waits until another goroutine is in a call.
func inCall(c *calls) {
	for atomic.LoadUint32(&c.busy) == 0 {
		runtime.Gosched()
	}
}

// Are impossible options refused, and possible ones rounded as documented?
func TestOptions(t *testing.T) {
	path := ringPath(t)
	for what, o := range map[string]Options{
		"capacity -1": {Capacity: -1}, "capacity 2199023255552": {Capacity: 1 << 41},
		"alignment 4": {Alignment: 4}, "alignment 96": {Alignment: 96}, "alignment 512": {Alignment: 512}, "alignment -8": {Alignment: -8},
		"5000 consumers": {MaxConsumers: 5000}, "-1 consumers": {MaxConsumers: -1},
		"-1ns": {StallDeadline: -1}, "metadata has 2049 bytes": {Metadata: make([]byte, MaxMetadata+1)},
	} {
		_, err := Create(path, o)
		want(t, err, ErrOptions, what, path)
		if _, err := os.Stat(path); err == nil {
			t.Fatalf("%s left a file", what)
		}
	}
	for _, o := range []struct{ capacity, want int }{{0, 1 << 20}, {1, os.Getpagesize()}, {70000, 1 << 17}, {1 << 16, 1 << 16}} {
		p := produce(t, path, Options{Capacity: o.capacity, Metadata: []byte("meta"), Replace: true})
		equal(t, "capacity", snapshot(t, path).Capacity, max(o.want, os.Getpagesize()))
		equal(t, "metadata", string(snapshot(t, path).Metadata), "meta")
		check(t, p.Close())
	}
	_, err := Open(path, ConsumerOptions{Name: strings.Repeat("n", MaxName+1)})
	want(t, err, ErrOptions, "at most 96")
	check(t, consume(t, path, ConsumerOptions{Name: strings.Repeat("n", MaxName)}).Close())
}

// Does resuming hold an existing ring against what is asked for, and take what is not asked for from the file?
func TestResumeAgreesWithTheFile(t *testing.T) {
	path := ringPath(t)
	o := Options{Capacity: 8192, Alignment: 8, MaxConsumers: 3, StallDeadline: time.Second, Metadata: []byte("x")}
	check(t, produce(t, path, o).Close())
	for what, differs := range map[string]Options{
		"capacity": {Capacity: 4096}, "alignment": {Alignment: 64}, "number of consumers": {MaxConsumers: 4},
		"stall deadline": {StallDeadline: time.Minute}, "metadata": {Metadata: []byte{}}, "byte messages": {Schema: "int"},
	} {
		_, err := Create(path, differs)
		want(t, err, ErrGeometry, what, path)
	}
	check(t, produce(t, path, o).Close())
	check(t, produce(t, path, Options{}).Close())
	s := snapshot(t, path)
	equal(t, "what the file says", fmt.Sprint(s.Capacity, s.Alignment, s.MaxConsumers, s.StallDeadline, s.Generation), "8192 8 3 1s 3")
}

// Does the stream end where it was closed, and go on where it is resumed, for consumers that stayed?
func TestEndOfStreamAndResume(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	s := script{seed: 9, longest: 500}
	lossless, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
	a, b := &reader{script: s}, &reader{script: s}
	for round := range uint64(100) {
		for seq := round * 5; seq < round*5+5; seq++ {
			publishScript(t, p, s, seq, seq+1)
			a.drain(t, lossless)
		}
		check(t, p.Close())
		for range 2 {
			if _, err := lossless.Next(t.Context()); err != io.EOF {
				t.Fatalf("at the end: %v", err)
			}
		}
		b.toEnd(t, lossy)
		p = produce(t, path, Options{})
		if _, err := lossless.TryNext(); err != ErrEmpty {
			t.Fatalf("resumed: %v", err)
		}
		equal(t, "generation", p.Stats().Generation, round+2)
		equal(t, "next seq", p.Stats().NextSeq, round*5+5)
	}
	equal(t, "received", a.received, 500)
	equal(t, "received", b.received, 500)
}

// Do Lag, Stats and Snapshot say the same as one can count?
func TestFiguresAddUp(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 1 << 16, Alignment: 64})
	c := consume(t, path, ConsumerOptions{Name: "ann", Lossless: true})
	for range 10 {
		check(t, p.Publish(0, make([]byte, 100))) // 128 bytes each
	}
	for range 4 {
		_, err := c.TryNext()
		check(t, err)
	}
	lag, err := c.Lag()
	check(t, err)
	equal(t, "lag", lag, Lag{Messages: 6, Bytes: 6 * 128})
	equal(t, "consumer", c.Stats(), ConsumerStats{Received: 4, NextSeq: 4, Lossless: true})
	check(t, c.Ack())
	s := snapshot(t, path)
	equal(t, "producer", fmt.Sprint(s.ProducerAlive, s.ProducerPID, s.NextSeq, s.Tail, s.Closed), fmt.Sprint(true, os.Getpid(), 10, 1280, false))
	equal(t, "consumers", len(s.Consumers), 1)
	ann := s.Consumers[0]
	equal(t, "consumer", fmt.Sprint(ann.Name, ann.PID, ann.Mode, ann.Alive, ann.Head, ann.NextSeq, ann.Lag, ann.Received, ann.Lost, ann.Lapped),
		fmt.Sprint("ann", os.Getpid(), "lossless", true, 4*128, 4, lag, 4, 0, false))
	check(t, p.Close())
	check(t, c.Close())
	s = snapshot(t, path)
	equal(t, "after Close", fmt.Sprintln(s.ProducerAlive, s.Closed, s.Consumers[0].Mode, s.Consumers[0].Alive), "false true parked false\n")
}

// Do Stats count what was delivered, whatever the consumer passes over or sees twice, and can another goroutine believe them at any time?
func TestStatsWhileSeeking(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	c := consume(t, path, ConsumerOptions{})
	for range 100 {
		check(t, p.Publish(0, nil))
	}
	var delivered atomic.Uint64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for last := uint64(0); last < 40_000; {
			s := c.Stats()
			if s.Received < last || s.Received > delivered.Load()+1 || s.NextSeq > 100 {
				t.Errorf("%+v after %d", s, last)
				return
			}
			last = s.Received
		}
	}()
	for seq := uint64(0); ; seq += 7 {
		select {
		case <-done:
			equal(t, "received", c.Stats().Received, delivered.Load())
			return
		default:
		}
		check(t, c.Seek(FromSeq(seq%99)))
		m, err := c.TryNext()
		check(t, err)
		equal(t, "message", m.Seq, seq%99)
		delivered.Add(1)
	}
}
