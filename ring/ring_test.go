package ring

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// Is what one publishes what the other reads: bytes, tag, number, order?
func TestNextReturnsWhatWasPublished(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{})
	if _, err := c.TryNext(); err != ErrEmpty {
		t.Fatalf("an empty ring says %v", err)
	}
	for i := range 1000 {
		check(t, p.Publish(uint32(i)<<31|uint32(i), fmt.Append(nil, "message ", i)))
		if i%10 != 9 {
			continue
		}
		for j := i - 9; j <= i; j++ {
			m, err := c.TryNext()
			check(t, err)
			if m.Seq != uint64(j) || m.Tag != uint32(j)<<31|uint32(j) || string(m.Payload) != fmt.Sprint("message ", j) {
				t.Fatalf("message %d: got %d, tag %#x, %q", j, m.Seq, m.Tag, m.Payload)
			}
		}
	}
}

// Does every size fit that is said to, in the smallest ring, at every alignment, wherever it starts; and is one byte more an error?
func TestSmallRingTakesEverySizeUpToTheLargest(t *testing.T) {
	for align := 8; align <= 256; align *= 2 {
		t.Run(fmt.Sprint("alignment=", align), func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 4096, Alignment: align})
			lossless, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
			largest := p.MaxMessage()
			if wanted := 4096*15/32 - align - 2*headerSize; largest < wanted {
				t.Fatalf("the largest message has %d bytes, wanted at least %d", largest, wanted)
			}
			for n := 0; n <= largest; n += 1 + n/50 {
				for _, size := range []int{n, 0, 1, largest - n, largest} {
					message := bytes.Repeat([]byte{byte(n)}, size)
					check(t, p.Publish(uint32(size), message))
					for _, c := range []*Consumer{lossless, lossy} {
						m, err := c.TryNext()
						check(t, err)
						if !bytes.Equal(m.Payload, message) || m.Tag != uint32(size) {
							t.Fatalf("published %d bytes, got %d", size, len(m.Payload))
						}
						if _, err := c.TryNext(); err != ErrEmpty { // which acknowledges it
							t.Fatal(err)
						}
					}
				}
			}
			for what, err := range map[string]error{
				"Publish": p.Publish(0, make([]byte, largest+1)), "Append": p.Append(0, make([]byte, largest+1)),
				"TryPublish": p.TryPublish(0, make([]byte, 1<<20)),
			} {
				want(t, err, ErrTooLarge, fmt.Sprint("at most ", largest), "capacity 4096")
				if _, err := lossless.TryNext(); err != ErrEmpty {
					t.Errorf("%s of too much left a message: %v", what, err)
				}
			}
			_, err := p.Claim(largest + 1)
			want(t, err, ErrTooLarge)
			_, err = p.Claim(-1)
			want(t, err, ErrTooLarge)
		})
	}
}

// Is a record whose payload imitates commit words and headers ever taken for one, at any offset, over many laps?
// The script's messages are of every kind: see script.message.
func TestPayloadsThatImitateRecordsAreOnlyPayload(t *testing.T) {
	for align := 8; align <= 256; align *= 2 {
		path := ringPath(t)
		p := produce(t, path, Options{Capacity: 4096, Alignment: align})
		s := script{seed: uint64(align), longest: uint64(p.MaxMessage())}
		lossless, lossy := &reader{script: s}, &reader{script: s}
		gating, lagging := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
		for seq := range uint64(3000) {
			publishScript(t, p, s, seq, seq+1)
			lossless.drain(t, gating)
			if mix(seq)%20 == 0 {
				lossy.drain(t, lagging)
			}
		}
		lossy.drain(t, lagging)
		equal(t, "received", lossless.received, 3000)
		equal(t, "received or lost", lossy.received+lossy.lost, 3000)
		if lossy.laps == 0 {
			t.Error("the lossy consumer was never lapped")
		}
	}
}

// Is the ring full when the bytes are used up, does ErrFull write nothing, and does what is acknowledged free its space, but
// for at most a segment?
func TestFullRingIsExact(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096, Alignment: 64})
	c := consume(t, path, ConsumerOptions{Lossless: true, ManualAck: true})
	fill := func() (n int) {
		for {
			err := p.TryPublish(0, make([]byte, 64-headerSize))
			if err == ErrFull {
				return n
			}
			check(t, err)
			n++
		}
	}
	// 64 records would fill it to the last byte, but the zero word behind the newest needs room too: 63.
	sent := fill()
	equal(t, "records that fit", sent, 63)
	for read := 1; read <= 300; read++ {
		m, err := c.TryNext()
		check(t, err)
		equal(t, "seq", m.Seq, uint64(read-1))
		equal(t, "records that fit before the acknowledgement", fill(), 0)
		check(t, c.Ack())
		if sent += fill(); sent > read+63 || sent < read+63-4096/segments/64 {
			t.Fatalf("%d published, %d acknowledged", sent, read)
		}
	}
	stats := p.Stats()
	equal(t, "next seq", stats.NextSeq, uint64(sent))
	equal(t, "demoted", stats.Demoted+stats.Freed, 0)
}

// Does Latest give the newest message without consuming any?
func TestLatestConsumesNothing(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{})
	_, err := c.Latest()
	want(t, err, ErrEmpty)
	for i := range 500 {
		check(t, p.Publish(uint32(i), fmt.Append(nil, i)))
		m, err := c.Latest()
		check(t, err)
		if m.Seq != uint64(i) || m.Tag != uint32(i) || string(m.Payload) != fmt.Sprint(i) {
			t.Fatalf("latest of %d: %+v", i, *m)
		}
	}
	check(t, p.Append(9, []byte("not yet")))
	m, err := c.Latest()
	check(t, err)
	equal(t, "latest with a batch open", m.Seq, 499)
	big := bytes.Repeat([]byte("x"), p.MaxMessage())
	check(t, p.Publish(1, big)) // flushes the batch; then it is the one readable message
	m, err = c.Latest()
	check(t, err)
	if !bytes.Equal(m.Payload, big) {
		t.Fatalf("latest has %d bytes, want %d", len(m.Payload), len(big))
	}
	equal(t, "received", c.Stats().Received, 0)
}

// Does Poll stop where it says, and tell the next call why?
func TestPoll(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{})
	var got []string
	collect := func(m *Message) error { got = append(got, string(m.Payload)); return nil }
	if n, err := c.Poll(10, collect); n != 0 || err != ErrEmpty {
		t.Fatalf("empty: %d, %v", n, err)
	}
	publishTexts(t, p, "a", "b", "c", "d", "e")
	if n, err := c.Poll(2, collect); n != 2 || err != nil || strings.Join(got, "") != "ab" {
		t.Fatalf("two of five: %d, %v, %q", n, err, got)
	}
	stop := errors.New("stop")
	if n, err := c.Poll(10, func(*Message) error { return stop }); n != 1 || err != stop {
		t.Fatalf("stopped: %d, %v", n, err)
	}
	if n, err := c.Poll(10, collect); n != 2 || err != nil || strings.Join(got, "") != "abde" {
		t.Fatalf("the rest: %d, %v, %q", n, err, got)
	}
	publishTexts(t, p, "f")
	if n, err := c.Poll(1, collect); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s := script{longest: 100}
	publishScript(t, p, s, 0, 200)
	var lapped *LappedError
	if n, err := c.Poll(1000, collect); n != 0 || !errors.As(err, &lapped) || lapped.Lost == 0 {
		t.Fatalf("lapped: %d, %v", n, err)
	}
	n, err := c.Poll(1000, collect)
	check(t, err)
	equal(t, "lost and received", lapped.Lost+uint64(n), 200)
	check(t, p.Close())
	if n, err := c.Poll(10, collect); n != 0 || err != io.EOF {
		t.Fatalf("at the end: %d, %v", n, err)
	}
}

// What a callback does to its own handle is refused, as ErrBusy says.
func TestCallbackCannotUseItsHandle(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{Lossless: true})
	publishTexts(t, p, "a", "b", "c")
	var inside error
	n, err := c.View(1, func(m *Message) error {
		_, inside = c.TryNext()
		return nil
	})
	check(t, err)
	equal(t, "messages", n, 1)
	want(t, inside, ErrBusy)
}

// Does All yield losses and go on, end with the stream, and stop when told to?
func TestAll(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{Capacity: 4096}), consume(t, path, ConsumerOptions{})
	s := script{longest: 100}
	publishScript(t, p, s, 0, 300)
	r := &reader{script: s}
	for m, err := range c.All(t.Context()) {
		check(t, r.take(t, m, err))
		if r.received == 3 {
			break
		}
	}
	check(t, p.Close())
	for m, err := range c.All(t.Context()) {
		check(t, r.take(t, m, err))
	}
	equal(t, "messages", r.next, 300)
	equal(t, "laps", r.laps, 1)
	check(t, c.Close())
	for _, err := range c.All(t.Context()) {
		want(t, err, ErrClosed)
	}
}
