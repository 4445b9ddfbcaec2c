//go:build linux

// Command bench compares mmring with sockets, pipes, TCP, Go channels and NATS on this machine, and shows where a socket's
// time goes. It starts itself again for every process that it measures.
//
//	go run ./bench            # everything, a few minutes
//	go run ./bench --quick    # less than a minute
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/mmring/mmring/bench/internal/lab"
	"github.com/mmring/mmring/bench/internal/report"
	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/worker"
)

func main() {
	worker.Main() // ends the process if it is one of those that are measured
	err := run(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		explain()
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	c, err := parse(args)
	if err != nil {
		return err
	}
	var before *result.File
	if c.compare != "" {
		if before, err = result.Read(c.compare); err != nil {
			return err
		}
	}
	if err := c.prepare(); err != nil {
		return err
	}
	f, err := c.obtain()
	if err != nil {
		return err
	}
	if err := c.store(f); err != nil {
		return err
	}
	return c.show(f, before)
}

// obtain measures, or reads what was measured before. After an interrupt it goes on with what there is.
func (c *command) obtain() (*result.File, error) {
	if c.from != "" {
		return result.Read(c.from)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := newProgress(os.Stderr, c.options)
	f, err := lab.Run(ctx, c.options, p)
	p.done()
	if err != nil && (f == nil || ctx.Err() == nil) {
		return nil, err
	}
	f.Command = c.line
	return f, nil
}

// store writes the results, the plots and the page.
func (c *command) store(f *result.File) error {
	if c.from == "" {
		if err := f.Write(filepath.Join(c.results, f.Machine.Time.Format("20060102-150405")+".json")); err != nil {
			return err
		}
	}
	for _, s := range report.Sections(f) {
		for _, p := range s.Plots {
			if err := p.Save(c.results); err != nil {
				return err
			}
		}
	}
	page, err := os.Create(c.page)
	if err != nil {
		return err
	}
	defer page.Close()
	return report.HTML(page, f)
}

// show prints the results in the form that was asked for.
func (c *command) show(f, before *result.File) error {
	remarks := os.Stdout
	switch {
	case c.json:
		b, err := f.JSON()
		if err != nil {
			return err
		}
		os.Stdout.Write(b)
		remarks = os.Stderr
	case c.markdown:
		report.Markdown(os.Stdout, f)
		remarks = os.Stderr
	default:
		report.Text(os.Stdout, f)
	}
	fmt.Fprintf(remarks, "\n%s and %s/ hold this with plots\n", c.page, c.results)
	if before != nil {
		report.Comparison(remarks, c.compare, result.Compare(before, f))
	}
	if c.docs == "" {
		return nil
	}
	written, err := report.Refresh(c.docs, f)
	fmt.Fprintln(os.Stderr, "refreshed", written)
	return err
}
