package top

import "charm.land/lipgloss/v2"

var (
	basic    = lipgloss.NewStyle()
	bold     = basic.Bold(true)
	faint    = basic.Faint(true)
	good     = basic.Foreground(lipgloss.Green)
	doubtful = basic.Foreground(lipgloss.Yellow)
	bad      = basic.Foreground(lipgloss.Red)
	drawn    = basic.Foreground(lipgloss.Cyan)
	chosen   = basic.Reverse(true)
)

func plain(*row) lipgloss.Style { return basic }

func nameStyle(r *row) lipgloss.Style {
	if r.isRing() {
		return bold
	}
	return basic
}

func kindStyle(r *row) lipgloss.Style {
	switch r.kind() {
	case "lossless":
		return good
	case "demoted":
		return bad
	}
	return faint
}

// aliveStyle is for the mark, and the word, that say whether a process is there.
func aliveStyle(r *row) lipgloss.Style {
	switch {
	case r.err() != nil:
		return bad
	case r.state() == "held up":
		return doubtful
	case r.alive():
		return good
	case r.state() == "ended", r.kind() == "parked":
		return faint
	}
	return bad
}

func sparkStyle(*row) lipgloss.Style { return drawn }

// fillStyle warns of a ring that is about to hold its producer up, and of who is to blame.
func fillStyle(r *row) lipgloss.Style {
	gates := r.consumer == nil || r.kind() == "lossless" || r.kind() == "joining"
	switch {
	case !gates:
		return faint
	case r.fill() >= 0.9:
		return bad
	case r.fill() >= 0.6:
		return doubtful
	}
	return good
}

func lostStyle(r *row) lipgloss.Style {
	if r.lost() > 0 {
		return doubtful
	}
	return faint
}

func movedStyle(r *row) lipgloss.Style {
	if d, _ := r.still(); d.Seconds() < 10 {
		return basic
	}
	return faint
}

// mark says in one cell whether a process is there.
func mark(r *row) string {
	switch {
	case r.err() != nil:
		return "!"
	case r.alive():
		return "●"
	}
	return "○"
}
