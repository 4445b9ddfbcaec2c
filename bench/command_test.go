//go:build linux

package main

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mmring/mmring/bench/internal/worker"
)

func TestMain(m *testing.M) {
	worker.Main()
	os.Exit(m.Run())
}

func TestCommandLine(t *testing.T) {
	c, err := parse(strings.Fields("--quick --only ladder,ring --sizes 64,4K,1M --consumers 1,16 --runs 7 --json"))
	if err != nil {
		t.Fatal(err)
	}
	o := c.options
	if !reflect.DeepEqual(o.Only, []string{"ladder", "ring"}) || !reflect.DeepEqual(o.Sizes, []int{64, 4096, 1 << 20}) ||
		!reflect.DeepEqual(o.TripSizes, o.Sizes) || !reflect.DeepEqual(o.Consumers, []int{1, 16}) || o.Runs != 7 || !c.json || o.Budget > time.Minute {
		t.Errorf("%+v", c)
	}
}

func TestCommandLineIsChecked(t *testing.T) {
	for _, args := range [][]string{
		{"--only", "pigeon"}, {"--sizes", "4"}, {"--sizes", "many"}, {"--consumers", "0"}, {"--runs", "0"}, {"--rates", "-1"},
		{"--rates", "NaN"}, {"--rates", "Inf"}, {"--sizes", "9999999999999M"}, {"--window", "0s"}, {"--buffer", "0"}, {"--budget", "-1s"},
		{"stray"}, {"--unknown"},
	} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}

// The whole way, for one transport: measured, stored, shown, read again and compared.
func TestEndToEnd(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"--quick", "--only", "latency,throughput,pipe", "--sizes", "64,4K", "--runs", "2", "--window", "10ms"}
	if err := run(args); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"report.html", "results/latency-64.svg", "results/latency-4096.svg", "results/throughput-messages.png"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
	stored, err := os.ReadDir("results")
	if err != nil {
		t.Fatal(err)
	}
	old := "results/" + stored[0].Name()
	if err := run([]string{"--from", old, "--compare", old}); err != nil {
		t.Error(err)
	}
}
