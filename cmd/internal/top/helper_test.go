package top

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// clock is where the tests' time begins.
var clock = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

// scene is two rings and a broken one as they look after some seconds: prices moves 1000 messages a second, ticks stands still.
func scene(seconds int) []lookout.Ring {
	n := uint64(1000 * seconds)
	prices := ring.Snapshot{Path: "/dev/shm/prices", RingID: 1, Capacity: 1 << 20, MaxMessage: 491_440, ProducerAlive: true, ProducerPID: 77, Started: clock}
	prices.NextSeq, prices.Tail = n, 64*n
	prices.Consumers = []ring.ConsumerInfo{
		{Entry: 0, Name: "audit", Mode: "lossless", Alive: true, PID: 78, Since: clock, Head: 64 * n, NextSeq: n, Received: n},
		{Entry: 3, Mode: "lossy", Alive: true, Since: clock, NextSeq: n / 2, Received: n / 2, Lag: ring.Lag{Messages: n - n/2, Bytes: 1 << 20}, Lost: 123_456, Lapped: true},
		{Entry: 4, Name: "billing", Mode: "lossless", Since: clock, Lag: ring.Lag{Messages: 7777, Bytes: 500_000}},
	}
	ticks := ring.Snapshot{Path: "/dev/shm/ticks", RingID: 2, Capacity: 1 << 16, Closed: true}
	ticks.NextSeq = 5
	return []lookout.Ring{
		{Name: "prices", Path: prices.Path, State: prices, Groups: workers(n)}, {Name: "ticks", Path: ticks.Path, State: ticks},
		{Name: "broken", Path: "/dev/shm/broken", Err: errors.New("/dev/shm/broken: ring is corrupt; make it anew")},
	}
}

// workers is a group of which one member of two lives, which works half as fast as messages come, and a group that is broken.
func workers(n uint64) []lookout.Group {
	g := ringgroup.Snapshot{Group: "work", Created: clock, Window: 4096, Oldest: n / 2, Next: n/2 + 1024, Lag: n - n/2, Unfinished: 1000, Returned: 7}
	g.Stats = ringgroup.Stats{Delivered: n/2 + 1011, Redelivered: 1004, Done: n / 2, Lost: 3}
	g.Members = []ringgroup.MemberInfo{{Slot: 0, Alive: true, PID: 90}, {Slot: 1, PID: 91}}
	return []lookout.Group{{Name: "work", State: g}, {Name: "odd", Err: fmt.Errorf("observe group odd: %w", errors.New("group file is corrupt"))}}
}

// shown is a model of some size that has looked at the scene for some seconds.
func shown(width, height, seconds int) *Model {
	m := New(nil, "/dev/shm", time.Second)
	m.Update(tea.WindowSizeMsg{Width: width, Height: height})
	for i := range seconds {
		m.Update(looked{rings: scene(i), at: clock.Add(time.Duration(i) * time.Second)})
	}
	return m
}

func press(m *Model, keys ...string) tea.Cmd {
	var cmd tea.Cmd
	for _, key := range keys {
		msg := tea.KeyPressMsg{Text: key, Code: []rune(key)[0]}
		if key == "down" {
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		}
		_, cmd = m.Update(msg)
	}
	return cmd
}

// text is what is on the screen, which it must fit.
func text(t *testing.T, m *Model) string {
	t.Helper()
	screen := ansi.Strip(m.View().Content)
	lines := strings.Split(screen, "\n")
	if len(lines) > m.height {
		t.Errorf("%d lines on a screen of %d", len(lines), m.height)
	}
	for _, line := range lines {
		if w := ansi.StringWidth(line); w > m.width {
			t.Errorf("%d cells on a screen of %d: %q", w, m.width, line)
		}
	}
	return screen
}

// lineOf is the line of the screen that has a name.
func lineOf(t *testing.T, screen, name string) string {
	t.Helper()
	for line := range strings.Lines(screen) {
		if strings.Contains(line, " "+name+" ") {
			return line
		}
	}
	t.Fatalf("no %s in\n%s", name, screen)
	return ""
}

func wants(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}
