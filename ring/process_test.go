package ring

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
)

func init() {
	roles["produce"] = produceScript
	roles["consume"] = consumeScript
	roles["produce and pause"] = producePausing
	roles["join and pause"] = joinPausing
}

// produceScript publishes the script up to a message, by every way there is, and closes. It goes on where the one before ended.
func produceScript(a arguments) error {
	p, err := Create(a.text(0), Options{Wait: Wait(a.number(3))})
	if err != nil {
		return err
	}
	s := script{seed: a.number(1), longest: uint64(p.MaxMessage())}
	fmt.Println("from", p.Stats().NextSeq)
	var buf []byte
	for seq := p.Stats().NextSeq; seq < a.number(2); seq++ {
		payload, tag := s.message(buf, seq)
		buf = payload
		switch mix(seq+uint64(os.Getpid())) % 8 {
		case 0, 1:
			err = p.Publish(tag, payload)
		case 2:
			err = claimAll(p, tag, payload)
		default:
			err = p.Append(tag, payload)
		}
		if err != nil {
			return err
		}
	}
	return p.Close()
}

// claimAll claims too much, gives it back, claims enough, and commits.
func claimAll(p *Producer, tag uint32, payload []byte) error {
	b, err := p.Claim(p.MaxMessage())
	if err != nil {
		return err
	}
	for i := 0; i+8 < len(b); i += 8 {
		*word64(b[i:i+8], 0) = commitWord(1, 8)
	}
	if err := p.Abort(); err != nil {
		return err
	}
	if b, err = p.Claim(len(payload)); err != nil {
		return err
	}
	copy(b, payload)
	return p.Commit(tag, len(payload))
}

// consumeScript reads to the end, and says how far it is now and then. Without a seed it checks no bytes.
func consumeScript(a arguments) error {
	o := ConsumerOptions{Lossless: a.text(1) == "lossless", Name: a.text(2), Wait: Wait(a.number(4))}
	c, err := Open(a.text(0), o)
	if err != nil {
		return err
	}
	var received, lost, demoted uint64
	fmt.Println("from", c.Stats().NextSeq)
	for m, err := range c.All(context.Background()) {
		var lapped *LappedError
		switch {
		case errors.As(err, &lapped):
			lost += lapped.Lost
			if lapped.Demoted {
				demoted++
			}
			continue
		case err != nil:
			return err
		}
		s := script{seed: a.number(3), longest: c.maxPayload()}
		if payload, tag := s.message(nil, m.Seq); tag != m.Tag || string(payload) != string(m.Payload) {
			return fmt.Errorf("message %d is not what was sent", m.Seq)
		}
		if received++; received%64 == 1 {
			fmt.Println("at", m.Seq)
		}
	}
	fmt.Println("end", received, lost, demoted)
	return c.Close()
}

// producePausing publishes two messages, then stops for good at the named instant.
func producePausing(a arguments) error {
	p, err := Create(a.text(0), Options{})
	if err != nil {
		return err
	}
	for _, s := range []string{"one", "two"} {
		if err := p.Publish(0, []byte(s)); err != nil {
			return err
		}
	}
	switch at := a.text(1); at {
	case "in a claim":
		b, err := p.Claim(p.MaxMessage())
		if err != nil {
			return err
		}
		for i := 0; i+8 < len(b); i += 8 {
			*word64(b[i:i+8], 0) = commitWord(1, 8)
		}
	case "in a batch", "in Flush, after the commit", "in Flush, before last":
		for _, s := range []string{"three", "four"} {
			if err := p.Append(0, []byte(s)); err != nil {
				return err
			}
		}
		p.spill()
		if at != "in a batch" {
			p.commit(p.batch.first, p.batch.held)
		}
		if at == "in Flush, before last" {
			p.flushAnchors()
		}
	case "in Close":
		p.storeClosed(p.pos + 1)
	case "announced":
		p.announce(p.ceilSegment(p.pos + p.capacity))
	}
	a.wait("here")
	return nil
}

// joinPausing is a lossless consumer that stops for good at the named instant.
func joinPausing(a arguments) error {
	c, err := Open(a.text(0), ConsumerOptions{Lossless: true, Name: a.text(2)})
	if err != nil {
		return err
	}
	switch a.text(1) {
	case "joining":
		c.pin(false)
	case "joined":
	case "acknowledging": // nextSeq is stored, head is not
		if _, err := c.TryNext(); err != nil {
			return err
		}
		c.heads.setNextSeq(c.entry, c.delivered().seq)
	case "asleep":
		for err == nil {
			_, err = c.TryNext()
		}
		c.heads.setWaiting()
	case "leaving":
		c.publish()
		c.adopt(modeParked)
	}
	a.wait("here")
	return nil
}

// Does a producer killed at a random instant, again and again, lose or repeat a committed message? Consumers carry on.
func TestKilledProducerLosesNothing(t *testing.T) {
	path := ringPath(t)
	check(t, produce(t, path, Options{Capacity: 1 << 14}).Close())
	lossless, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{Wait: Sleep})
	r := &reader{script: script{seed: 77, longest: lossless.maxPayload()}}
	l := &reader{script: r.script}
	ctx := patient(t)
	var zombies []*child
	for round := range uint64(25) {
		p := startChild(t, "produce", path, 77, 1<<40, round%3)
		var from uint64
		if _, err := fmt.Sscanf(p.line(), "from %d", &from); err != nil || from < r.next {
			t.Fatalf("restarted at %d, but %d was read: %v", from, r.next, err)
		}
		for stop := r.next + mix(round)%3000; r.next < stop; {
			m, err := lossless.Next(ctx)
			check(t, r.take(t, m, err))
			if r.next%500 == 0 {
				l.drain(t, lossy)
			}
		}
		if p.kill(round%2 == 0); round%2 == 1 {
			zombies = append(zombies, p)
		}
	}
	last := startChild(t, "produce", path, 77, r.next+2000, 0)
	last.line()
	r.toEnd(t, lossless)
	last.succeed()
	l.toEnd(t, lossy)
	equal(t, "read", l.next, r.next)
	equal(t, "laps", r.laps, 0)
	equal(t, "generation", snapshot(t, path).Generation, 27)
	for _, z := range zombies {
		z.reap()
	}
}

// What does a producer that is killed at a chosen instant leave behind: what was committed, and nothing else?
func TestProducerKilledAt(t *testing.T) {
	for at, left := range map[string]string{
		"rest": "one two", "in a claim": "one two", "in a batch": "one two", "in Close": "one two", "announced": "one two",
		"in Flush, after the commit": "one two three four", "in Flush, before last": "one two three four",
	} {
		t.Run(at, func(t *testing.T) {
			path := ringPath(t)
			check(t, produce(t, path, Options{Capacity: 4096}).Close())
			c := consume(t, path, ConsumerOptions{Lossless: true})
			child := startChild(t, "produce and pause", path, at)
			child.expect("here")
			_, err := Create(path, Options{})
			want(t, err, ErrProducerActive, path)
			child.kill(false) // a zombie holds no lock
			p := produce(t, path, Options{})
			publishTexts(t, p, "after")
			for name, c := range map[string]*Consumer{"one that stayed": c, "one that came later": consume(t, path, ConsumerOptions{})} {
				got := fmt.Sprint(texts(t, c))
				equal(t, name, got, "["+left+" after]")
			}
			child.reap()
		})
	}
}

// Does a lossless consumer that is killed, at whatever instant, hold the producer up, or lose its place?
func TestConsumerKilledAt(t *testing.T) {
	for _, at := range []string{"joining", "joined", "acknowledging", "asleep", "leaving"} {
		t.Run(at, func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 4096})
			publishTexts(t, p, "zero", "one", "two")
			child := startChild(t, "join and pause", path, at, "ann")
			child.expect("here")
			gated := uint64(full(t, p))*p.align < p.capacity
			child.kill(false)
			for range 300 { // more than fits
				check(t, p.Publish(0, []byte("more")))
			}
			if stats := p.Stats(); gated && stats.Freed != 1 || stats.Demoted != 0 {
				t.Errorf("freed %d, demoted %d", stats.Freed, stats.Demoted)
			}
			c := consume(t, path, ConsumerOptions{Lossless: true, Name: "ann"})
			var got, lost uint64
			for {
				_, err := c.TryNext()
				var lapped *LappedError
				if errors.As(err, &lapped) {
					lost += lapped.Lost
				} else if err == ErrEmpty {
					break
				} else if check(t, err); err == nil {
					got++
				}
			}
			first := map[string]uint64{"acknowledging": 1, "asleep": 3}[at]
			equal(t, "received and lost", got+lost, p.Stats().NextSeq-first)
			child.reap()
		})
	}
}

// Is a stopped lossless consumer waited for, and with a stall deadline passed, told and counted?
func TestStoppedConsumer(t *testing.T) {
	for _, deadline := range []time.Duration{0, 20 * time.Millisecond} {
		t.Run(fmt.Sprint("deadline=", deadline), func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 4096, StallDeadline: deadline})
			s := script{seed: 5, longest: uint64(p.MaxMessage())}
			child := startChild(t, "consume", path, "lossless", "", 5, 0)
			child.expect("from 0")
			publishScript(t, p, s, 0, 1)
			child.expect("at 0")
			child.stop()
			seq, fulls := uint64(1), 0
			for seq < 2000 && fulls < 100 {
				payload, tag := s.message(nil, seq)
				if err := p.TryPublish(tag, payload); err == nil {
					seq++
				} else if want(t, err, ErrFull); deadline == 0 {
					fulls++
				}
			}
			child.signal(syscall.SIGCONT)
			publishScript(t, p, s, seq, 3000)
			check(t, p.Close())
			var received, lost, demoted uint64
			for line := child.line(); line != ""; line = child.line() {
				fmt.Sscanf(line, "end %d %d %d", &received, &lost, &demoted)
			}
			equal(t, "received and lost", received+lost, 3000)
			if told := demoted > 0 && lost > 0; told != (deadline > 0) {
				t.Errorf("the consumer was demoted %d times and lost %d", demoted, lost)
			}
			child.succeed()
		})
	}
}

// Is a stopped producer never robbed, and does it go on where it was?
func TestStoppedProducerKeepsItsRing(t *testing.T) {
	path := ringPath(t)
	check(t, produce(t, path, Options{Capacity: 1 << 14}).Close())
	c := consume(t, path, ConsumerOptions{Lossless: true, RequireProducer: true})
	r := &reader{script: script{seed: 3, longest: c.maxPayload()}}
	child := startChild(t, "produce", path, 3, 20000, 0)
	child.expect("from 0")
	for range 4 {
		for range 2000 {
			m, err := c.Next(patient(t))
			check(t, r.take(t, m, err))
		}
		child.stop()
		who := fmt.Sprintf("(it is process %d)", child.cmd.Process.Pid)
		_, err := Create(path, Options{})
		want(t, err, ErrProducerActive, who)
		_, err = Create(path, Options{Replace: true})
		want(t, err, ErrProducerActive, who)
		want(t, Remove(path), ErrProducerActive, who)
		r.drain(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), 2*idleLook)
		_, err = c.Next(ctx)
		want(t, err, context.DeadlineExceeded) // and not ErrNoProducer
		cancel()
		child.signal(syscall.SIGCONT)
	}
	r.toEnd(t, c)
	equal(t, "received", r.received, 20000)
	child.succeed()
}
