//go:build linux

// Package worker is the benchmark's child process: one party, or several, of one link. It is led step by step by its
// parent, through lines of JSON on its standard input and output.
package worker

import (
	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/stats"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Kind is what the parties of a link do.
type Kind string

const (
	RoundTrip  Kind = "roundtrip"  // the consumer answers each message
	Throughput Kind = "throughput" // the producer sends as fast as it can
	Load       Kind = "load"       // the producer sends at a fixed rate, whatever happens
	Alone      Kind = "alone"      // one thread does what transport.Alone says
	Limit      Kind = "limit"      // the hardware's limit is probed
)

// Job is what a worker process is to do.
type Job struct {
	Kind      Kind
	Transport string
	Shape     transport.Shape
	Name      string  // the link's, as in transport.Wires
	Parties   []int   // that this process plays
	Out       int     // how many descriptors to write to it inherits, from 3 on
	In        bool    // whether it inherits one to read from, after those
	CPU       int     // to stay on; negative: any
	Rate      float64 // messages per second, for Load
	Burst     uint64  // messages due at the same moment, for Load; between bursts the producer sleeps. 0: each at its own
	Count     uint64  // messages at most; 0: until the schedule ends
	CallEvent uint64  // tracepoint of system calls, to count them by; 0: count those made here
}

// Step is what the parent says.
type Step struct {
	Job      *Job      `json:",omitempty"` // first
	Bind     bool      `json:",omitempty"` // then: make the senders
	Address  string    `json:",omitempty"` // with Bind: the producer's
	Attach   bool      `json:",omitempty"` // then: make the receivers
	Schedule *Schedule `json:",omitempty"` // last: do it
}

// Schedule is when, by package clock. Before From everything runs as in earnest but is not counted.
type Schedule struct{ Start, From, To int64 }

// Reply answers each step.
type Reply struct {
	Error    string    `json:",omitempty"`
	Address  string    `json:",omitempty"`
	Outcomes []Outcome `json:",omitempty"` // one for each party, in the last reply
	Limit    limit.Limit
}

// Outcome is what one party has seen.
type Outcome struct {
	Party   int
	Total   uint64 // messages sent or received, warm-up included
	Lost    uint64
	Counted uint64           // messages within the window
	Window  float64          // seconds
	Usage   Usage            // within the window, of the whole process
	Memory  uint64           // bytes of the process at the end, shared pages shared out
	Typical float64          // nanoseconds of a round trip or an operation: median of short runs
	Latency *stats.Histogram `json:",omitempty"`
}
