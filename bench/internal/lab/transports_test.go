//go:build linux

package lab

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
	"github.com/mmring/mmring/bench/internal/worker"
)

func TestMain(m *testing.M) {
	worker.Main()
	os.Exit(m.Run())
}

// few returns a setting in which each cell sends so many messages and is then over, long before its time is.
func few(count uint64) setting {
	o := Quick()
	o.Window = time.Minute
	return setting{Options: o, cpus: machine.CPUs(), count: count}
}

// needsLoopback skips the test of a transport over the network where there is none, not even to this machine itself.
func needsLoopback(t *testing.T, transport string) {
	t.Helper()
	if !strings.HasPrefix(transport, "tcp") && transport != "nats" {
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		defer listener.Close()
		var dialled net.Conn
		if dialled, err = net.Dial("tcp", listener.Addr().String()); err == nil {
			dialled.Close()
		}
	}
	if err != nil {
		t.Skip("no loopback network: ", err)
	}
}

// delivered measures a cell and reports whether every party got everything.
func delivered(t *testing.T, c result.Cell, count uint64) {
	t.Helper()
	needsLoopback(t, c.Transport)
	links, err := measure(t.Context(), c, few(count))
	if err != nil {
		t.Fatal(err)
	}
	for _, parties := range links {
		for _, o := range parties {
			if o.Total == 0 || o.Total+o.Lost != parties[0].Total {
				t.Errorf("party %d has %d messages and lost %d of %d", o.Party, o.Total, o.Lost, parties[0].Total)
			}
		}
	}
}

func TestEveryTransportDelivers(t *testing.T) {
	for _, tr := range transport.All() {
		i := tr.Info()
		if i.Turns {
			continue
		}
		several := 3
		if i.Spins {
			several = 1 // they need a CPU each
		}
		short, long := 8, 100_001
		if i.Fixed > 0 {
			short, long = i.Fixed, i.Fixed
		}
		for _, c := range []result.Cell{
			{Scenario: result.FanOut, Transport: i.Name, Size: short, Consumers: several},
			{Scenario: result.Throughput, Transport: i.Name, Size: long, Consumers: 1},
		} {
			t.Run(fmt.Sprint(c), func(t *testing.T) { delivered(t, c, 200) })
		}
	}
}

func TestLoadDelivers(t *testing.T) {
	for _, name := range []string{"ring", "ring-batch", "unix-stream", "chan"} {
		c := result.Cell{Scenario: result.Load, Transport: name, Size: 64, Consumers: 1, Rate: 1e6}
		t.Run(name, func(t *testing.T) { delivered(t, c, 500) })
	}
}

func TestEveryTransportAnswers(t *testing.T) {
	p := planner{Options: Quick(), cpus: 2}
	p.each(result.Latency, p.answers, func(c result.Cell) {
		c.Size = 100
		if fixed := transport.ByName(c.Transport).Info().Fixed; fixed > 0 {
			c.Size = fixed
		}
		t.Run(fmt.Sprint(c), func(t *testing.T) { delivered(t, c, 50) })
	})
}
