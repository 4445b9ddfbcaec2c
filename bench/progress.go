//go:build linux

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/lab"
	"github.com/mmring/mmring/bench/internal/limit"
	"github.com/mmring/mmring/bench/internal/result"
)

// progress shows what is running and how long is left: on a terminal as a line that changes, elsewhere as a line now and then.
type progress struct {
	w        io.Writer
	terminal bool
	began    time.Time
	budget   time.Duration
	limit    limit.Limit
	spoke    time.Time
	scenario result.Scenario
}

func newProgress(f *os.File, o lab.Options) *progress {
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return &progress{w: f, terminal: err == nil, began: time.Now(), budget: o.Budget}
}

// Probed implements lab.Watcher.
func (p *progress) Probed(l limit.Limit) { p.limit = l }

// Running implements lab.Watcher.
func (p *progress) Running(c result.Cell, done, all int) {
	now := time.Now()
	pause, changed := 100*time.Millisecond, c.Scenario != p.scenario
	if !p.terminal {
		pause, changed = 10*time.Second, false
	}
	if now.Sub(p.spoke) < pause && !changed {
		return
	}
	p.spoke, p.scenario = now, c.Scenario
	p.show(c, done, all, now)
}

func (p *progress) show(c result.Cell, done, all int, now time.Time) {
	share := float64(done) / float64(all)
	line := fmt.Sprintf("[%-20s] %3.0f %%  %s  %s", strings.Repeat("=", int(20*share)), 100*share, p.left(share, now), c)
	if p.limit.RoundTrip > 0 {
		line += fmt.Sprintf("  (bare round trip %.0f ns)", p.limit.RoundTrip)
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\033[K%.150s", line)
	} else {
		fmt.Fprintln(p.w, line)
	}
}

// left says how long it will take yet, as far as can be told.
func (p *progress) left(share float64, now time.Time) string {
	if share < 0.02 {
		return "…"
	}
	spent := now.Sub(p.began)
	left := time.Duration(float64(spent) * (1 - share) / share)
	if p.budget > 0 {
		left = max(min(left, p.budget-spent), 0)
	}
	return "about " + left.Round(time.Second).String() + " left"
}

// done clears the line.
func (p *progress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\033[K")
	}
}
