package export

import (
	"strconv"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
	"github.com/prometheus/client_golang/prometheus"
)

// ringMetric is a figure of each ring.
type ringMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(s *ring.Snapshot) float64
}

// consumerMetric is a figure of each entry of the consumer table that is in use.
type consumerMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(c *ring.ConsumerInfo) float64
}

// groupMetric is a figure of each consumer group.
type groupMetric struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(g *ringgroup.Snapshot) float64
}

const (
	gauge   = prometheus.GaugeValue
	counter = prometheus.CounterValue
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("mmring_"+name, help, labels, nil)
}

// ofRing describes a figure of a ring. Its label is the name of the ring's file.
func ofRing(name, help string, kind prometheus.ValueType, value func(*ring.Snapshot) float64) ringMetric {
	return ringMetric{describe(name, help, "ring"), kind, value}
}

// ofConsumer describes a figure of a consumer. A consumer may have no name, or another's: the entry tells them apart.
func ofConsumer(name, help string, kind prometheus.ValueType, value func(*ring.ConsumerInfo) float64) consumerMetric {
	return consumerMetric{describe("consumer_"+name, help, "ring", "entry", "consumer"), kind, value}
}

// ofGroup describes a figure of a group. The name tells groups of a ring apart.
func ofGroup(name, help string, kind prometheus.ValueType, value func(*ringgroup.Snapshot) float64) groupMetric {
	return groupMetric{describe("group_"+name, help, "ring", "group"), kind, value}
}

var (
	groupReadable = describe("group_readable", "1 if the group could be looked at, 0 if its file is corrupt, of another version, or not to be read.",
		"ring", "group")
	readable = describe("ring_readable", "1 if the ring could be looked at, 0 if it is corrupt, of another version, or not to be read.", "ring")
	mode     = describe("consumer_mode", "1, with how the consumer reads: lossless, lossy, joining, demoted or parked.",
		"ring", "entry", "consumer", "mode")
)

var ringMetrics = []ringMetric{
	ofRing("capacity_bytes", "Size of the ring's data.", gauge, func(s *ring.Snapshot) float64 { return float64(s.Capacity) }),
	ofRing("messages_total", "Messages published since the ring was made.", counter, func(s *ring.Snapshot) float64 { return float64(s.NextSeq) }),
	ofRing("tail_bytes_total", "Bytes written since the ring was made, headers and padding included.", counter,
		func(s *ring.Snapshot) float64 { return float64(s.Tail) }),
	ofRing("readable_messages", "Messages that a new consumer would find.", gauge,
		func(s *ring.Snapshot) float64 { return float64(s.NextSeq - min(s.OldestSeq, s.NextSeq)) }),
	ofRing("fill_ratio", "What lossless consumers have yet to read, of what the ring can keep for them. At 1 the producer waits.", gauge, lookout.Fill),
	ofRing("producer_up", "1 if a process is the ring's producer.", gauge, func(s *ring.Snapshot) float64 { return number(s.ProducerAlive) }),
	ofRing("closed", "1 if the producer ended the stream.", gauge, func(s *ring.Snapshot) float64 { return number(s.Closed) }),
	ofRing("producer_starts_total", "How often a producer started on the ring.", counter, func(s *ring.Snapshot) float64 { return float64(s.Generation) }),
	ofRing("producer_blocked_seconds_total", "Time the producer has waited for lossless consumers.", counter,
		func(s *ring.Snapshot) float64 { return s.Blocked.Seconds() }),
	ofRing("demotions_total", "Lossless consumers made lossy because they held the producer up beyond the stall deadline.", counter,
		func(s *ring.Snapshot) float64 { return float64(s.Demoted) }),
	ofRing("freed_total", "Lossless consumers that died while the ring was full of what they had not read.", counter,
		func(s *ring.Snapshot) float64 { return float64(s.Freed) }),
	ofRing("wakeups_total", "System calls that woke sleeping consumers.", counter, func(s *ring.Snapshot) float64 { return float64(s.Wakeups) }),
	ofRing("consumers_max", "Entries in the consumer table.", gauge, func(s *ring.Snapshot) float64 { return float64(s.MaxConsumers) }),
}

var consumerMetrics = []consumerMetric{
	ofConsumer("up", "1 if the consumer's process lives.", gauge, func(c *ring.ConsumerInfo) float64 { return number(c.Alive) }),
	ofConsumer("lag_messages", "Messages published that the consumer has not acknowledged.", gauge,
		func(c *ring.ConsumerInfo) float64 { return float64(c.Lag.Messages) }),
	ofConsumer("lag_bytes", "The same in bytes, headers and padding included.", gauge, func(c *ring.ConsumerInfo) float64 { return float64(c.Lag.Bytes) }),
	ofConsumer("received_messages_total", "Messages the consumer says it was given.", counter,
		func(c *ring.ConsumerInfo) float64 { return float64(c.Received) }),
	ofConsumer("lost_messages_total", "Messages the consumer says it lost.", counter, func(c *ring.ConsumerInfo) float64 { return float64(c.Lost) }),
}

var groupMetrics = []groupMetric{
	ofGroup("members", "Living members of the group.", gauge, func(g *ringgroup.Snapshot) float64 { return float64(g.Alive()) }),
	ofGroup("window_messages", "How far the group may be ahead of its oldest unfinished message.", gauge,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Window) }),
	ofGroup("oldest_message", "The group's place: the number of the oldest message that is not finished.", gauge,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Oldest) }),
	ofGroup("lag_messages", "Messages published from the oldest unfinished one on.", gauge, func(g *ringgroup.Snapshot) float64 { return float64(g.Lag) }),
	ofGroup("unfinished_messages", "Messages that members have and have not finished, dead members included.", gauge,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Unfinished) }),
	ofGroup("returned_messages", "Messages handed back, and not yet taken by another member.", gauge,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Returned) }),
	ofGroup("delivered_messages_total", "Messages given out, those given out again included.", counter,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Delivered) }),
	ofGroup("redelivered_messages_total", "Messages given out again, because the member that had them died or left.", counter,
		func(g *ringgroup.Snapshot) float64 { return float64(g.Redelivered) }),
	ofGroup("done_messages_total", "Messages finished.", counter, func(g *ringgroup.Snapshot) float64 { return float64(g.Done) }),
	ofGroup("lost_messages_total", "Messages that no member got.", counter, func(g *ringgroup.Snapshot) float64 { return float64(g.Lost) }),
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// labels are those of a consumer.
func labels(r *lookout.Ring, c *ring.ConsumerInfo) []string {
	return []string{r.Name, strconv.Itoa(c.Entry), raw.Printable(c.Name)}
}
