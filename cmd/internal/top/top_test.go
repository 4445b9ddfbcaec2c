package top

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
)

func TestScreen(t *testing.T) {
	screen := text(t, shown(80, 24, 20))
	wants(t, screen, "3 rings, 3 consumers, 2 groups", "every 1s  03:04:24", "NAME▾", "FILL", "LAG", "LOST", "MOVED", "q quit")
	wants(t, lineOf(t, screen, "prices"), "● prices", "1 MiB", "1.00k", "██████████", "51%", "7.78k", "123k", "now")
	wants(t, lineOf(t, screen, "audit"), "●   audit", "lossless", "1.00k", "0%")
	wants(t, lineOf(t, screen, "billing"), "○   billing", "lossless", "7.78k", ">19s")
	wants(t, lineOf(t, screen, "#3"), "lossy", "over", "9.50k", "123k")
	wants(t, lineOf(t, screen, "work"), "●   work", "group 1", " 500 ", " 25%", "9.50k")
	wants(t, lineOf(t, screen, "odd"), "!   odd  group file is corrupt")
	wants(t, lineOf(t, screen, "ticks"), "○ ticks", "64 KiB", ">19s")
	wants(t, lineOf(t, screen, "broken"), "! broken  ring is corrupt; make it anew")
	wide := text(t, shown(200, 50, 20))
	wants(t, wide, "BYTES/s", "PID", "STATE", "SINCE", "OUT", "AGAIN")
	wants(t, lineOf(t, wide, "work"), "alive", "1.01k  1.00k")
	wants(t, lineOf(t, wide, "prices"), "alive", "64.0k", "77")
	wants(t, lineOf(t, wide, "billing"), "gone")
	wants(t, lineOf(t, wide, "ticks"), "ended")
}

// TestEverySize: whatever the screen, what is drawn fits.
func TestEverySize(t *testing.T) {
	m := shown(80, 24, 5)
	for width := 1; width < 230; width += 7 {
		for height := 1; height < 60; height += 13 {
			m.Update(tea.WindowSizeMsg{Width: width, Height: height})
			if width >= 20 && height > furniture {
				text(t, m)
			}
			m.View()
		}
	}
}

func TestSort(t *testing.T) {
	m := shown(80, 24, 5)
	names := func() (names string) {
		for i := range m.rows {
			names += m.rows[i].name() + " "
		}
		return names
	}
	for _, c := range []struct{ key, title, want string }{
		{"", "NAME▾", "broken prices #3 audit billing odd work ticks "},
		{"r", "NAME▴", "ticks prices work odd billing audit #3 broken "},
		{"s", "RATE▾", "prices audit #3 work billing odd broken ticks "},
		{"s", "LAG▾", "prices billing #3 work audit odd broken ticks "},
		{"s", "LOST▾", "prices #3 work audit billing odd broken ticks "},
		{"s", "MOVED▾", "prices #3 audit work billing odd broken ticks "},
		{"s", "NAME▾", "broken prices #3 audit billing odd work ticks "},
	} {
		if c.key != "" {
			press(m, c.key)
		}
		wants(t, text(t, m), c.title)
		if got := names(); got != c.want {
			t.Errorf("%s: %s, want %s", c.title, got, c.want)
		}
	}
}

func TestPause(t *testing.T) {
	m := shown(80, 24, 5)
	press(m, "p")
	m.Update(looked{rings: nil, at: clock.Add(time.Hour)})
	wants(t, text(t, m), "PAUSED at 03:04:09", "prices")
	if _, cmd := m.Update(tick(clock)); cmd == nil || m.looking {
		t.Error("it looks, or the clock stops, while paused")
	}
	press(m, "p")
	m.Update(looked{rings: nil, at: clock.Add(time.Hour)})
	wants(t, text(t, m), "there are no rings here")
}

func TestHelpAndQuit(t *testing.T) {
	m := shown(80, 24, 2)
	press(m, "?")
	shown := text(t, m)
	wants(t, shown, "at 100% the producer waits", "any key")
	for _, c := range columns[1:] { // all but the name
		wants(t, shown, c.title)
		wants(t, Legend, c.title)
	}
	press(m, "x")
	wants(t, text(t, m), "prices", "q quit")
	for _, key := range []string{"q"} {
		if cmd := press(m, key); cmd == nil || cmd() != tea.Quit() {
			t.Errorf("%s does not quit", key)
		}
	}
}

// TestSelection: it stays with what was selected while rows come, go and change places.
func TestSelection(t *testing.T) {
	m := shown(80, 24, 3)
	press(m, "down", "j", "j")
	wants(t, text(t, m), "audit in prices, entry 0: lossless, process 78 for", "received 2,000  lost 0")
	press(m, "s", "r")
	wants(t, text(t, m), "audit in prices, entry 0")
	m.Update(looked{rings: scene(3)[1:], at: clock.Add(3 * time.Second)})
	if m.selectedIndex() < 0 {
		t.Error("nothing is selected")
	}
	press(m, "k", "k", "k", "G", "g", "j")
	text(t, m)
}

// TestGroupDetail: the shared place, what is out and what was given again are told of the group that is selected.
func TestGroupDetail(t *testing.T) {
	m := shown(80, 24, 20)
	press(m, "G", "k")
	wants(t, text(t, m), "work in prices: group of 1 member alive, for 19s, window 4,096", "oldest 9,500  next 10,524  out 1,000  handed back 7  done 9,500")
}

// TestMembers: a member of a group stands behind it, and is known from consumers of their own.
func TestMembers(t *testing.T) {
	m := shown(80, 24, 1)
	rings := scene(1)
	rings[0].State.Consumers = append(rings[0].State.Consumers, ring.ConsumerInfo{Entry: 7, PID: 90, Mode: "lossless", Alive: true})
	m.Update(looked{rings: rings, at: clock})
	screen := text(t, m)
	wants(t, lineOf(t, screen, "work #7"), "lossless")
	if !regexp.MustCompile(` work +group 1.*\n.* work #7 `).MatchString(screen) {
		t.Error(screen)
	}
}

// TestScroll: what is selected is on the screen, however many rows there are.
func TestScroll(t *testing.T) {
	m := New(nil, "x", time.Second)
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	var rings []lookout.Ring
	for i := range 100 {
		rings = append(rings, lookout.Ring{Name: fmt.Sprintf("ring%03d", i), Path: fmt.Sprint(i), State: ring.Snapshot{RingID: uint64(i)}})
	}
	m.Update(looked{rings: rings, at: clock})
	for i := range 100 {
		wants(t, text(t, m), fmt.Sprintf(" ring%03d ", i))
		press(m, "j")
	}
}

// TestReplaced: a ring made anew begins anew: no rate comes of two rings' counters.
func TestReplaced(t *testing.T) {
	m := shown(80, 24, 5)
	rings := scene(0)
	rings[0].State.RingID, rings[0].State.NextSeq = 99, 1<<40
	m.Update(looked{rings: rings, at: clock.Add(5 * time.Second)})
	if line := lineOf(t, text(t, m), "prices"); !strings.Contains(line, "-") || strings.Contains(line, "G") {
		t.Error(line)
	}
	if len(m.trends) != 6 { // the broken group has none
		t.Errorf("%d trends are kept", len(m.trends))
	}
}

// TestHostileNames: a name cannot command the terminal.
func TestHostileNames(t *testing.T) {
	rings := scene(1)
	rings[0].State.Consumers[0].Name = "\x1b[2J\x1b]0;owned\x07"
	rings[0].State.Consumers[1].Mode = "mode 255"
	rings[2].Err = errors.New("\x1b[31m")
	m := New(nil, "x", time.Second)
	m.Update(tea.WindowSizeMsg{Width: 100, Height: 24})
	m.Update(looked{rings: rings, at: clock})
	wants(t, text(t, m), `\x1b[2J`)
	for range 6 {
		if strings.Contains(m.View().Content, "\x1b[2J") || strings.Contains(m.View().Content, "\x07") {
			t.Error("the terminal was commanded")
		}
		press(m, "j")
	}
}

// TestLossIsNoRate: a consumer that is thrown forward by a loss has not received what it lost.
func TestLossIsNoRate(t *testing.T) {
	m := shown(200, 50, 3)
	rings := scene(3)
	rings[0].State.Consumers[1].NextSeq += 1 << 40
	m.Update(looked{rings: rings, at: clock.Add(3 * time.Second)})
	if line := lineOf(t, text(t, m), "#3"); !strings.Contains(line, " 500 ") || !strings.Contains(line, "now") {
		t.Error(line)
	}
}

func TestHeldUp(t *testing.T) {
	m := shown(200, 50, 3)
	rings := scene(3)
	rings[0].State.Blocked = time.Second
	m.Update(looked{rings: rings, at: clock.Add(3 * time.Second)})
	wants(t, lineOf(t, text(t, m), "prices"), "held up")
}

func TestLookFails(t *testing.T) {
	m := shown(40, 24, 3)
	m.Update(looked{err: errors.New("cannot list the rings in /dev/shm: no such file or directory; name another"), at: clock})
	wants(t, text(t, m), "cannot list")
}

func TestOnce(t *testing.T) {
	var out, words bytes.Buffer
	if err := Write(&out, &words, Look{scene(1), clock}, Look{scene(2), clock.Add(time.Second)}); err != nil {
		t.Fatal(err)
	}
	wants(t, lineOf(t, strings.ReplaceAll(out.String(), "\n", "\n "), "prices"), "1 MiB", "alive", "77", "1.00k", "64.0k", "51%", "7,777", "123,456")
	wants(t, out.String(), "  billing  lossless  gone", "ticks      64 KiB    ended", "broken     -         unreadable\n")
	if want := "broken  ring is corrupt; make it anew\nodd  group file is corrupt\n"; words.String() != want {
		t.Errorf("it says %q, want %q", &words, want)
	}
}
