//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

var (
	watchSlice = flag.Duration("watch-slice", 300*time.Millisecond, "BenchmarkWatched: how long the producer runs before the tool comes or goes")
	watchEvery = flag.Duration("watch-every", 100*time.Millisecond, "BenchmarkWatched: how often the tools look; by default far more often than anybody does")
)

// watchers are the tools that look at a live ring. Each is set up once, and returns what to do for each look; nil if it looks by itself
// as long as it is not stopped.
var watchers = []struct {
	name  string
	setUp func(b *testing.B, path string) (look func(), tool *process)
}{
	{"none", func(*testing.B, string) (func(), *process) { return func() {}, nil }}, // what the machine does to the figures by itself
	{"nothing", setUpNothing}, // a process in Go that comes and goes, and does nothing
	{"help", again("help")},   // the tool, which does not look at the ring
	{"stat", again("stat", "--interval", "0")},
	{"check", again("check")},
	{"dump", again("dump")},
	{"top", watchTop},
	{"export", watchExport},
	{"sub", readBy("sub")}, // consumers: what any reader costs, and what one that records costs
	{"record", readBy("record", "r.mcap")},
}

// again runs a command for each look.
func again(args ...string) func(*testing.B, string) (func(), *process) {
	return func(b *testing.B, path string) (func(), *process) {
		command := append(slices.Clone(args), path)
		if args[0] == "help" {
			command = args
		}
		return func() {
			p := prepare(b, nil, command...)
			p.Stdout, p.Stderr = nil, nil
			p.Run() // a ring that is written at full speed is dumped with gaps, which is status 1
		}, nil
	}
}

// setUpNothing makes a program that ends at once: what starting any process costs the producer.
func setUpNothing(b *testing.B, _ string) (func(), *process) {
	source, program := filepath.Join(b.TempDir(), "nothing.go"), filepath.Join(b.TempDir(), "nothing")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%s", out)
	}
	return func() { exec.Command(program).Run() }, nil
}

// readBy runs a command that reads the ring as a lossy consumer, with files in a directory of its own.
func readBy(command string, files ...string) func(*testing.B, string) (func(), *process) {
	return func(b *testing.B, path string) (func(), *process) {
		args := []string{command, path, "--from", "latest"}
		if command == "record" {
			args = append(args, "--lossy")
		}
		for _, file := range files {
			args = append(args, filepath.Join(b.TempDir(), file))
		}
		p := prepare(b, nil, args...)
		p.Stdout = nil
		p.start()
		eventually(b, "it is attached", func() bool {
			s, ok := look(path)
			return ok && slices.ContainsFunc(s.Consumers, func(c ring.ConsumerInfo) bool { return c.PID == p.Process.Pid })
		})
		return nil, p
	}
}

func watchTop(b *testing.B, path string) (func(), *process) {
	p, _ := onScreen(b, "top", path, "--interval", watchEvery.String())
	return nil, p
}

func watchExport(b *testing.B, path string) (func(), *process) {
	p := start(b, nil, "export", filepath.Dir(path), "--listen", "127.0.0.1:0")
	p.says("/metrics")
	url := regexp.MustCompile(`http://\S+`).FindString(p.err.String())
	return func() {
		answer, err := http.Get(url)
		if err != nil {
			b.Error(err)
			return
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}, p
}

// BenchmarkWatched measures what a producer at full speed loses by being looked at. It runs by turns alone and watched, so that what else
// the machine does meets both; an operation is one of each. The ratio is that of the speeds, the median of all turns.
//
//	go test ./cmd/mmring -run '^$' -bench Watched/lossless=0 -benchtime 10x
func BenchmarkWatched(b *testing.B) {
	for _, consumers := range []int{0, 1} {
		for _, w := range watchers {
			b.Run(fmt.Sprintf("lossless=%d/tool=%s", consumers, w.name), func(b *testing.B) { benchmarkWatched(b, consumers, w.setUp) })
		}
	}
}

func benchmarkWatched(b *testing.B, consumers int, setUp func(*testing.B, string) (func(), *process)) {
	path := filepath.Join(ringDir(b), "r")
	producer, err := ring.Create(path, ring.Options{Capacity: pubCapacity})
	if err != nil {
		b.Fatal(err)
	}
	defer producer.Close()
	if member, err := ringgroup.Join(path, ringgroup.Options{Group: "g"}); err != nil || member.Close() != nil { // there is a group to look at
		b.Fatal(err)
	}
	for range consumers {
		sub := prepare(b, nil, "sub", path, "--lossless")
		sub.Stdout = nil
		sub.start()
	}
	if err := producer.WaitConsumers(b.Context(), consumers); err != nil {
		b.Fatal(err)
	}
	published(b, producer) // the pages are there
	look, tool := setUp(b, path)
	var ratios, speeds []float64
	for i := 0; b.Loop(); i++ {
		var speed [2]float64 // alone, watched
		for _, turn := range []int{i % 2, 1 - i%2} {
			stop := lookAgain(turn == 1, look, tool)
			speed[turn] = published(b, producer)
			stop()
		}
		ratios, speeds = append(ratios, speed[1]/speed[0]), append(speeds, speed[0])
	}
	slices.Sort(ratios)
	slices.Sort(speeds)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(speeds[len(speeds)/2]/1e6, "Mmsg/s-alone")
	b.ReportMetric(ratios[len(ratios)/2], "ratio")
	b.ReportMetric(ratios[0], "ratio-min")
	b.ReportMetric(ratios[len(ratios)-1], "ratio-max")
}

// lookAgain makes a tool look again and again until stop is called, if it is to look at all.
func lookAgain(yes bool, look func(), tool *process) (stop func()) {
	if tool != nil {
		tool.signal(map[bool]syscall.Signal{true: syscall.SIGCONT, false: syscall.SIGSTOP}[yes])
	}
	if !yes || look == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(*watchEvery); ; {
			look()
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(done); <-ended }
}

// published publishes for a slice of time, and returns how many messages a second that were.
func published(b *testing.B, producer *ring.Producer) float64 {
	const batch = 1000 // between two looks at the clock
	payload, n, began := make([]byte, 64), 0, time.Now()
	for time.Since(began) < *watchSlice {
		for range batch {
			if err := producer.Publish(0, payload); err != nil {
				b.Fatal(err)
			}
		}
		n += batch
	}
	return float64(n) / time.Since(began).Seconds()
}
