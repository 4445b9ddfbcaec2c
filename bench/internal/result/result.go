//go:build linux

// Package result is what the benchmark found: rows, each a cell of the plan with the figures of its runs.
package result

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/stats"
)

// Scenario is a question that the benchmark answers.
type Scenario string

// The scenarios, in the order of the report.
const (
	Ladder     Scenario = "ladder"
	Latency    Scenario = "latency"
	Load       Scenario = "load"
	Throughput Scenario = "throughput"
	FanOut     Scenario = "fanout"
	Crowd      Scenario = "crowd"
	Cost       Scenario = "cost"
)

// Scenarios are all of them.
var Scenarios = []Scenario{Ladder, Latency, Load, Throughput, FanOut, Crowd, Cost}

// Cell is one measurement to be made: what, by which transport, with which parameters.
type Cell struct {
	Scenario  Scenario `json:"scenario"`
	Transport string   `json:"transport"` // or the rung of the ladder
	Size      int      `json:"size"`
	Consumers int      `json:"consumers,omitempty"`
	Rate      float64  `json:"rate,omitempty"`  // messages per second offered
	Pairs     int      `json:"pairs,omitempty"` // links at the same time
}

// String names the cell as Go benchmarks are named.
func (c Cell) String() string {
	s := fmt.Sprintf("%s/%s/size=%d", c.Scenario, c.Transport, c.Size)
	if c.Consumers > 1 {
		s += fmt.Sprint("/consumers=", c.Consumers)
	}
	if c.Rate > 0 {
		s += fmt.Sprintf("/rate=%.0f", c.Rate)
	}
	if c.Pairs > 1 {
		s += fmt.Sprint("/pairs=", c.Pairs)
	}
	return s
}

// Values are the figures of one run.
type Values map[Metric]float64

// Run is one run of a cell.
type Run struct {
	Values    Values `json:"values"`
	Probe     int    `json:"probe"`               // the last probe of the limits before it
	Disturbed bool   `json:"disturbed,omitempty"` // the machine's limits moved around it
}

// Row is a cell with what was measured.
type Row struct {
	Cell
	Failure string  `json:"failure,omitempty"` // why there are no figures
	Runs    []Run   `json:"runs,omitempty"`
	Curve   []Point `json:"curve,omitempty"` // the latencies of all runs together

	Histogram *stats.Histogram `json:"-"`
}

// Point of a latency curve: the share of messages that took at most so long.
type Point struct {
	Share   float64 `json:"share"`
	Latency float64 `json:"ns"`
}

// Probe is a reading of the hardware's limits.
type Probe struct {
	limit.Limit
	At time.Duration `json:"at_ns"` // since the start
}

// File is all that one command found.
type File struct {
	Version int             `json:"version"`
	Command string          `json:"command"`
	Machine machine.Machine `json:"machine"`
	Took    time.Duration   `json:"took_ns"`
	Limit   limit.Limit     `json:"limit"` // median of the probes
	Probes  []Probe         `json:"probes"`
	Rows    []*Row          `json:"rows"`
}

// Version of File's form.
const Version = 1

// JSON is the file's form on disk.
func (f *File) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(f, "", " ")
	return append(b, '\n'), err
}

// Write stores the file as JSON.
func (f *File) Write(path string) error {
	b, err := f.JSON()
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// Read loads a file that Write has stored.
func Read(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := new(File)
	if err := json.Unmarshal(b, f); err != nil {
		return nil, fmt.Errorf("%s is not a result of this benchmark: %w", path, err)
	}
	if f.Version != Version {
		return nil, fmt.Errorf("%s has version %d, not %d: measure anew", path, f.Version, Version)
	}
	return f, nil
}
