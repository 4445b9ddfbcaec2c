package main

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// recordRoundTrip is a round trip of messages of some words, in records like a ring's, on two rings of a MiB. Bare loops write them and compare
// them: no calls, nothing that could be overwritten, nobody asleep. So it is the least that a library with such records can take.
func recordRoundTrip(cpu, payload int) (float64, error) {
	written, seen, err := mapTwice(2*8*words, unix.PROT_READ)
	if err != nil {
		return 0, err
	}
	defer written.unmap()
	defer seen.unmap()
	damaged := make(chan bool, 1)
	go func() {
		pin(cpu)
		in, out, bad := lane{mapping: seen}, lane{mapping: written, from: words}, false
		for range mappedTurns {
			bad = !in.receive(payload) || bad
			out.send(payload)
		}
		damaged <- bad
	}()
	out, in, bad := lane{mapping: written}, lane{mapping: seen, from: words}, false
	began := time.Now()
	for range mappedTurns {
		out.send(payload)
		bad = !in.receive(payload) || bad
	}
	took := time.Since(began)
	if <-damaged || bad {
		return 0, errors.New("a record is not what was sent")
	}
	return float64(took) / mappedTurns, nil
}

// lane is a ring as one side of it sees it.
type lane struct {
	mapping
	from, at int // words: of the ring in the mapping, of the next record in the ring
	seq      uint64
}

const header = 2 // words

func (l *lane) place(i int) *uint64 { return l.word(l.from + (l.at+i)&(words-1)) }

// send writes a record as a producer does: the zero behind it, the payload, the seq, and last what makes it exist.
func (l *lane) send(payload int) {
	size := (header + payload + 1) &^ 1
	*l.place(size) = 0
	for i := range payload {
		*l.place(header + i) = l.seq + uint64(i)
	}
	*l.place(1) = l.seq
	atomic.StoreUint64(l.place(0), 1)
	l.at, l.seq = l.at+size, l.seq+1
}

// receive waits for a record, and reports whether it is what was sent.
func (l *lane) receive(payload int) bool {
	for word := l.place(0); atomic.LoadUint64(word) == 0; {
	}
	differs := *l.place(1) ^ l.seq
	for i := range payload {
		differs |= *l.place(header + i) ^ (l.seq + uint64(i))
	}
	l.at, l.seq = l.at+(header+payload+1)&^1, l.seq+1
	return differs == 0
}

// printRecords prints such round trips, the sizes in turns.
func printRecords(cpu int) error {
	sizes := []int{1, 6, 8} // words
	took := make([][]float64, len(sizes))
	for range mappedRuns {
		for i, payload := range sizes {
			t, err := recordRoundTrip(cpu, payload)
			if err != nil {
				return err
			}
			took[i] = append(took[i], t)
		}
	}
	for i, payload := range sizes {
		fmt.Printf("%-62s %7.0f ns\n", fmt.Sprintf("a round trip of records with %d bytes, written and compared", 8*payload), median(took[i]))
	}
	return nil
}
