//go:build linux

package report

import "github.com/mmring/mmring/bench/internal/result"

// headings are each scenario's title and what it asks.
var headings = map[result.Scenario][2]string{
	result.Ladder: {
		"The ladder: where the time of a message goes",
		"From a socket down to the cache line, one way, each rung measured. What lies between two rungs is named.",
	},
	result.Latency: {
		"Round trip",
		"One message there and one back, before the next. " +
			"× limit: times the bare round trip of a cache line between the same cores.",
	},
	result.Load: {
		"Latency under load",
		"One way, at a fixed rate. Counted from when a message was due, not from when it could be sent: " +
			"what delays one delays, and counts for, all those behind it.",
	},
	result.Throughput: {
		"Throughput",
		"As fast as it goes, one consumer, every byte compared on arrival.",
	},
	result.FanOut: {
		"Fan-out",
		"One producer, several consumers, each of which gets everything. " +
			"The ring writes a message once; sockets and pipes once for each.",
	},
	result.Crowd: {
		"More processes than cores",
		"Round trips of twice as many pairs of processes as there are cores, all at once, not pinned.",
	},
	result.Cost: {
		"What a message costs",
		"All processes together, for a million messages: at 100 000 a second in bursts of 100 with sleep between them, " +
			"and as fast as it goes.",
	},
}
