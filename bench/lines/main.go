//go:build linux

// Command lines measures what it costs a core to write again to cache lines that another core has read, depending on what else it
// stores in between: the reason why mmring's producer takes lines ahead (docs/adr/0008). Two threads take turns: one reads every line of a
// MiB, then the other writes them all, and is timed. Before that, what a line costs that is read through a mapping which may not be written, and
// what a round trip of whole records does.
//
//	go run ./bench/lines
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/machine"
)

const (
	words  = 1 << 17 // of 8 bytes: the ring, 1 MiB
	line   = 8       // words
	record = 10      // words: 64 bytes behind a header of 16
	ahead  = 16      // lines taken together
	rounds = 60
	turns  = 20000 // of the round trip

	mappedTurns = 300000 // of a round trip over mapped words
	mappedRuns  = 7      // of either kind
)

// ring is what both threads touch; other are words of the writer's own, each on a line of its own.
type ring struct {
	data  [words]uint64
	_     [64]uint64
	other [16 * line]uint64
	_     [64]uint64
	turn  atomic.Uint64 // odd: the reader's
	_     [64]uint64
	sum   uint64 // keeps the reads from being optimised away
}

// pattern is one way to write to every line, and how many lines or records it writes.
type pattern struct {
	name  string
	write func(r *ring, v uint64)
	units int
	unit  string
}

func main() {
	cpus := machine.CPUs()
	if len(cpus) < 2 {
		fmt.Fprintln(os.Stderr, "lines: two CPUs are needed, and this process may use one")
		os.Exit(1)
	}
	pin(cpus[1])
	if err := errors.Join(printMapped(cpus[0]), printRecords(cpus[0])); err != nil {
		fmt.Fprintln(os.Stderr, "lines:", err)
		os.Exit(1)
	}
	r := new(ring)
	go r.read(cpus[0])
	fmt.Printf("%-62s %7.0f ns\n", "a round trip on one line that both write", r.roundTrip())
	for _, p := range patterns() {
		fmt.Printf("%-62s %7.1f ns a %s\n", p.name, r.measure(p), p.unit)
	}
}

// printMapped compares, in turns, reading through mappings that may and may not be written.
func printMapped(cpu int) error {
	protections := []struct {
		name string
		prot int
		took []float64
	}{
		{"a round trip between two cores, two lines", unix.PROT_READ | unix.PROT_WRITE, nil},
		{"the same, each read through a mapping that is read-only", unix.PROT_READ, nil},
	}
	for range mappedRuns {
		for i := range protections {
			p := &protections[i]
			took, err := mappedRoundTrip(cpu, p.prot)
			if err != nil {
				return err
			}
			p.took = append(p.took, took)
		}
	}
	for _, p := range protections {
		fmt.Printf("%-62s %7.0f ns\n", p.name, median(p.took))
	}
	return nil
}

func patterns() []pattern {
	lines := func(name string, others int) pattern {
		return pattern{name, func(r *ring, v uint64) { r.writeLines(v, others) }, words / line, "line"}
	}
	records := func(name string, taken int) pattern {
		return pattern{name, func(r *ring, v uint64) { r.writeRecords(v, taken) }, words/record - 1, "record"}
	}
	return []pattern{
		lines("one word to each line", 0),
		lines("the same, and one to a line of the writer's own in between", 1),
		lines("the same, and one to each of 4 lines of its own", 4),
		lines("the same, and one to each of 12 lines of its own", 12),
		records("records of 80 bytes, and 6 stores to lines of its own", 0),
		records("the same, when 16 lines were taken before, one store each", ahead),
	}
}

func pin(cpu int) {
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(cpu)
	unix.SchedSetaffinity(0, &set) // or run unpinned where that is not permitted
}

// read answers each odd turn with the next even one, having read every line first, except in the round trip.
func (r *ring) read(cpu int) {
	pin(cpu)
	for next := uint64(1); ; next += 2 {
		for r.turn.Load() != next {
		}
		if next > 2*turns {
			for i := 0; i < words; i += line {
				r.sum += atomic.LoadUint64(&r.data[i])
			}
		}
		r.turn.Store(next + 1)
	}
}

// pass gives the reader its turn and waits for the own one.
func (r *ring) pass() {
	mine := r.turn.Add(1) + 1
	for r.turn.Load() != mine {
	}
}

func (r *ring) roundTrip() float64 {
	began := time.Now()
	for range turns {
		r.pass()
	}
	return float64(time.Since(began)) / turns
}

// measure is the median time of a line, or a record.
func (r *ring) measure(p pattern) float64 {
	var took []float64
	for v := range uint64(rounds) {
		r.pass()
		began := time.Now()
		p.write(r, v)
		r.turn.Add(0) // waits until every store has arrived
		took = append(took, float64(time.Since(began))/float64(p.units))
	}
	return median(took)
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

func (r *ring) writeLines(v uint64, others int) {
	for i := 0; i < words; i += line {
		for k := range others {
			r.other[k*line] = v
		}
		r.data[i] = v
	}
}

// writeRecords writes what a producer does: the zero behind, the payload, the seq, the commit word; then its own words.
func (r *ring) writeRecords(v uint64, taken int) {
	next := 0 // the first word of the first line not taken yet
	for i := 0; i+2*record <= words; i += record {
		at := r.data[i : i+record+1]
		at[record] = 0
		for k := 2; k < record; k++ {
			at[k] = v
		}
		at[1], at[0] = v, v
		for k := range 6 {
			r.other[k*line] = v
		}
		if taken > 0 && next < i+record+taken*line/2 {
			for next = max(next, (i+record+line)&^(line-1)); next < min(i+record+3*taken*line/2, words); next += line {
				r.data[next] = 0
			}
		}
	}
}
