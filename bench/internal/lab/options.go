//go:build linux

package lab

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Options say what to measure and how thoroughly.
type Options struct {
	Only      []string  // scenarios and transports; empty: all
	Sizes     []int     // bytes of messages, for throughput
	TripSizes []int     // and for round trips
	Consumers []int     // for the fan-out
	Rates     []float64 // messages per second, for latency under load
	Runs      int
	Window    time.Duration // measured in each run
	Budget    time.Duration // no further round of runs is begun that would end after it; 0: no bound
	Buffer    int           // bytes between two ends
}

// small is the size of message where none is asked for.
const small = 64

// Full takes a few minutes.
func Full() Options {
	return Options{
		Sizes: []int{8, 64, 512, 4 << 10, 64 << 10, 1 << 20}, TripSizes: []int{small},
		Consumers: []int{1, 2, 4, 8}, Rates: []float64{1e4, 1e5, 1e6},
		Runs: 5, Window: 120 * time.Millisecond, Budget: 8 * time.Minute, Buffer: 1 << 20,
	}
}

// Quick takes less than a minute.
func Quick() Options {
	return Options{
		Sizes: []int{64, 4 << 10, 256 << 10}, TripSizes: []int{small}, Consumers: []int{1, 2, 8}, Rates: []float64{1e5},
		Runs: 3, Window: 30 * time.Millisecond, Budget: 50 * time.Second, Buffer: 1 << 20,
	}
}

// warm is how long everything runs before it is measured.
func (o Options) warm() time.Duration { return o.Window / 3 }

// Check says what of the options cannot be.
func (o Options) Check() error {
	for _, name := range o.Only {
		if !slices.Contains(Names(), name) {
			return fmt.Errorf("nothing is named %q; there are %s", name, strings.Join(Names(), ", "))
		}
	}
	for _, size := range slices.Concat(o.Sizes, o.TripSizes) {
		if size < 8 || size > 64<<20 {
			return fmt.Errorf("size %d is out of range: 8 bytes to 64 MiB", size)
		}
	}
	for _, n := range o.Consumers {
		if n < 1 || n > 64 {
			return fmt.Errorf("%d consumers are out of range: 1 to 64", n)
		}
	}
	for _, r := range o.Rates {
		if !(r > 0 && r <= 1e9) { // NaN is neither
			return fmt.Errorf("rate %v is out of range: above 0, at most 1e9 messages per second", r)
		}
	}
	return o.checkBounds()
}

func (o Options) checkBounds() error {
	switch {
	case o.Runs < 1:
		return fmt.Errorf("%d runs are too few: 1 at least", o.Runs)
	case o.Window < time.Millisecond || o.Window > 30*time.Second:
		return fmt.Errorf("a window of %v is out of range: 1ms to 30s", o.Window)
	case o.Budget < 0:
		return fmt.Errorf("a budget of %v is in the past: 0 (none) or more", o.Budget)
	case o.Buffer < 4<<10 || o.Buffer > 1<<30:
		return fmt.Errorf("a buffer of %d bytes is out of range: 4 KiB to 1 GiB", o.Buffer)
	}
	return nil
}

// Names are all that Only may name.
func Names() (names []string) {
	for _, s := range result.Scenarios {
		names = append(names, string(s))
	}
	for _, t := range transport.All() {
		names = append(names, t.Info().Name)
	}
	return names
}

// wants reports whether a scenario with a transport is asked for: names of scenarios restrict the scenarios, names of
// transports the transports.
func (o Options) wants(s result.Scenario, name string) bool {
	var scenarios, transports []string
	for _, n := range o.Only {
		if slices.Contains(result.Scenarios, result.Scenario(n)) {
			scenarios = append(scenarios, n)
		} else {
			transports = append(transports, n)
		}
	}
	allows := func(names []string, name string) bool { return len(names) == 0 || slices.Contains(names, name) }
	return allows(scenarios, string(s)) && allows(transports, name)
}
