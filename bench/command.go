//go:build linux

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/mmring/mmring/bench/internal/lab"
)

// command is what the command line asks for.
type command struct {
	options  lab.Options
	line     string // as typed
	compare  string
	from     string
	docs     string
	results  string
	page     string
	json     bool
	markdown bool
}

const usage = `bench compares mmring with sockets, pipes, TCP, Go channels and NATS on this machine.

Usage: go run ./bench [flags]

`

const examples = `
Scenarios and transports for --only:
  %s

Examples:
  go run ./bench                                  everything, a few minutes
  go run ./bench --quick                          less than a minute
  go run ./bench --only ladder                    where a socket's time goes
  go run ./bench --only throughput,ring,pipe --sizes 64,4096,1M
  go run ./bench --only latency,ring --sizes 8,48,64
  go run ./bench --only fanout --consumers 1,16 --runs 9
  go run ./bench --compare results/old.json       what changed beyond noise
  go run ./bench --from results/old.json          show it again without measuring
  go run ./bench --only ladder --docs docs        refresh the figures in the documents
`

// parse reads the command line.
func parse(args []string) (*command, error) {
	c := &command{options: lab.Full(), line: strings.TrimSpace("go run ./bench " + strings.Join(args, " "))}
	for _, a := range args {
		if a == "--quick" || a == "-quick" {
			c.options = lab.Quick()
		}
	}
	f := c.flags()
	if err := f.Parse(args); err != nil {
		return nil, pointed(err)
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%q is not a flag; see --help", f.Arg(0))
	}
	return c, c.options.Check()
}

// pointed adds to an error about the command line where the flags are explained. The explanation itself would bury the error.
func pointed(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w; see --help", err)
}

// prepare makes the places where the results will be, before minutes are spent on measuring them.
func (c *command) prepare() error {
	if err := os.MkdirAll(c.results, 0o755); err != nil {
		return err
	}
	if c.docs != "" {
		if _, err := os.Stat(c.docs); err != nil {
			return err
		}
	}
	_, err := os.Stat(filepath.Dir(c.page))
	return err
}

func (c *command) flags() *flag.FlagSet {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	o := &c.options
	f.Bool("quick", false, "less than a minute: fewer sizes, rates and runs")
	f.Func("only", "`names` of scenarios and transports, separated by commas", list(&o.Only, parseName))
	f.Func("sizes", "of messages for throughput and round trips, in `bytes`: 64,4K,1M", c.setSizes)
	f.Func("consumers", "`numbers` of consumers for the fan-out: 1,2,8", list(&o.Consumers, parseNumber))
	f.Func("rates", "`messages` per second for latency under load: 10000,100000", list(&o.Rates, parseRate))
	f.IntVar(&o.Runs, "runs", o.Runs, "of each measurement")
	f.DurationVar(&o.Window, "window", o.Window, "measured in each run")
	f.DurationVar(&o.Budget, "budget", o.Budget, "begin no round of runs that would end after so long; 0: all runs")
	f.IntVar(&o.Buffer, "buffer", o.Buffer, "`bytes` between two ends, for every transport that has such a setting")
	f.BoolVar(&c.json, "json", false, "print the results as JSON")
	f.BoolVar(&c.markdown, "markdown", false, "print the results as Markdown")
	f.StringVar(&c.compare, "compare", "", "say what changed beyond noise since this `file`")
	f.StringVar(&c.from, "from", "", "measure nothing, show this `file`")
	f.StringVar(&c.docs, "docs", "", "refresh the figures in the documents of this `directory`")
	f.StringVar(&c.results, "results", "results", "`directory` for results and plots")
	f.StringVar(&c.page, "report", "report.html", "`file` for the page with everything")
	f.SetOutput(io.Discard) // the caller prints errors, in one line
	f.Usage = func() {}
	return f
}

// setSizes is for --sizes: without it round trips have one size, and throughput more.
func (c *command) setSizes(text string) error {
	err := list(&c.options.Sizes, parseSize)(text)
	c.options.TripSizes = c.options.Sizes
	return err
}

// explain prints what --help says.
func explain() {
	f := new(command).flags()
	f.SetOutput(os.Stdout)
	fmt.Print(usage)
	f.PrintDefaults()
	fmt.Printf(examples, wrapped(lab.Names(), 100))
}

// list reads values separated by commas.
func list[T any](to *[]T, parse func(string) (T, error)) func(string) error {
	return func(text string) error {
		*to = nil
		for _, item := range strings.Split(text, ",") {
			v, err := parse(strings.TrimSpace(item))
			if err != nil {
				return err
			}
			*to = append(*to, v)
		}
		return nil
	}
}

func parseName(text string) (string, error) { return text, nil }

// parseSize reads a number of bytes, with K or M for 1024 of them or 1024 times those.
func parseSize(text string) (int, error) {
	unit := 1
	switch upper := strings.ToUpper(text); {
	case strings.HasSuffix(upper, "K"):
		text, unit = text[:len(text)-1], 1<<10
	case strings.HasSuffix(upper, "M"):
		text, unit = text[:len(text)-1], 1<<20
	}
	n, err := parseNumber(text)
	if err == nil && n > math.MaxInt/unit {
		err = fmt.Errorf("%s is too large", text)
	}
	return n * unit, err
}

func parseNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		err = fmt.Errorf("%q is not a whole number", text)
	}
	return n, err
}

func parseRate(text string) (float64, error) {
	r, err := strconv.ParseFloat(text, 64)
	if err != nil {
		err = fmt.Errorf("%q is not a number", text)
	}
	return r, err
}

// wrapped joins words into lines.
func wrapped(words []string, width int) string {
	var b strings.Builder
	column := 0
	for _, w := range words {
		if column+len(w) > width {
			b.WriteString("\n  ")
			column = 0
		}
		b.WriteString(w + " ")
		column += len(w) + 1
	}
	return b.String()
}
