// Package top is the live view of rings: rates, fill, and every consumer's lag, losses and liveness.
package top

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/mmring/mmring/cmd/internal/lookout"
)

// Looker is what the view looks through; *lookout.Lookout is one.
type Looker interface {
	Look() ([]lookout.Ring, error)
}

// Model is the view's state. It changes by messages alone: the clock's, the keyboard's, and what a look saw.
type Model struct {
	looker   Looker
	subject  string // what is looked at, for the title
	interval time.Duration

	rings   []lookout.Ring
	trends  trends
	rows    []row
	err     error
	at      time.Time // of the last look
	looking bool      // one is under way

	width, height int
	selected      identity
	offset        int // of the first row on the screen
	order         order
	paused, help  bool
}

// New makes a view of what looker sees.
func New(looker Looker, subject string, interval time.Duration) *Model {
	return &Model{looker: looker, subject: subject, interval: interval, trends: trends{}}
}

type (
	tick   time.Time
	looked struct {
		rings []lookout.Ring
		err   error
		at    time.Time
	}
)

// Init begins to look.
func (m *Model) Init() tea.Cmd {
	m.looking = true
	return tea.Batch(m.look, m.wait())
}

func (m *Model) wait() tea.Cmd {
	return tea.Tick(m.interval, func(now time.Time) tea.Msg { return tick(now) })
}

// look runs beside the view, which stays awake if a look takes long.
func (m *Model) look() tea.Msg {
	at := time.Now()
	rings, err := m.looker.Look()
	return looked{rings, err, at}
}

// Update takes a message into account.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.scroll()
	case tick:
		if m.paused || m.looking {
			return m, m.wait()
		}
		m.looking = true
		return m, tea.Batch(m.look, m.wait())
	case looked:
		m.take(msg)
	case tea.KeyPressMsg:
		return m, m.press(msg.String())
	}
	return m, nil
}

// take shows what a look saw.
func (m *Model) take(l looked) {
	m.looking = false
	if m.paused {
		return
	}
	m.rings, m.err, m.at = l.rings, l.err, l.at
	m.trends.add(l.rings, l.at)
	m.arrange()
}

// arrange makes the rows anew. The selection stays with what was selected while that is there.
func (m *Model) arrange() {
	before := m.selectedIndex()
	m.rows = rows(m.rings, m.trends, m.order, m.at)
	if m.selectedIndex() < 0 && len(m.rows) > 0 {
		m.selected = m.rows[min(max(before, 0), len(m.rows)-1)].id
	}
	m.scroll()
}

func (m *Model) selectedIndex() int {
	return slices.IndexFunc(m.rows, func(r row) bool { return r.id == m.selected })
}

// scroll brings the selected row onto the screen, and fills the screen.
func (m *Model) scroll() {
	at := max(m.selectedIndex(), 0)
	m.offset = min(m.offset, at, max(len(m.rows)-m.page(), 0))
	m.offset = max(m.offset, at-m.page()+1, 0)
}

// press does what a key asks for.
func (m *Model) press(key string) tea.Cmd {
	switch key {
	case "q", "ctrl+c":
		return tea.Quit
	}
	if m.help {
		m.help = false
		return nil
	}
	switch key {
	case "?", "h":
		m.help = true
	case "p", "space":
		m.paused = !m.paused
	case "s":
		m.order = m.order.next()
		m.arrange()
	case "r":
		m.order.reversed = !m.order.reversed
		m.arrange()
	default:
		m.move(key)
	}
	return nil
}

// move moves the selection.
func (m *Model) move(key string) {
	by := map[string]int{"up": -1, "k": -1, "down": 1, "j": 1, "pgup": -m.page(), "pgdown": m.page(),
		"home": -len(m.rows), "g": -len(m.rows), "end": len(m.rows), "G": len(m.rows)}[key]
	if by == 0 || len(m.rows) == 0 {
		return
	}
	m.selected = m.rows[min(max(m.selectedIndex()+by, 0), len(m.rows)-1)].id
	m.scroll()
}
