//go:build linux

package ring_test

import (
	"expvar"
	"fmt"
	"os"

	"github.com/mmring/mmring/ring"
)

// rings is what a program's /debug/vars says of its rings.
var rings = expvar.NewMap("rings")

// A program shows how its rings do beside its other variables.
func ExampleProducerStats() {
	path := fmt.Sprintf("/dev/shm/shown-%d", os.Getpid())
	producer := must(ring.Create(path, ring.Options{}))
	consumer := must(ring.Open(path, ring.ConsumerOptions{Lossless: true}))
	defer ring.Remove(path)
	defer producer.Close()
	defer consumer.Close()
	rings.Set("producer", expvar.Func(func() any { return producer.Stats() }))
	rings.Set("consumer", expvar.Func(func() any { return consumer.Stats() }))
	check(producer.Publish(0, []byte("101.5")))
	must(consumer.TryNext())
	fmt.Println(rings.Get("producer"))
	fmt.Println(rings.Get("consumer"))
	// Output:
	// {"next_seq":1,"tail":32,"generation":1,"blocked_ns":0,"demoted":0,"freed":0,"wakeups":1}
	// {"received":1,"lost":0,"laps":0,"next_seq":1,"lossless":true}
}
