package top

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/mmring/mmring/cmd/internal/human"
)

// column is a column of the view. Wider screens have more of them, and give some more room.
type column struct {
	title string
	width int  // at least
	most  int  // at most
	from  int  // on screens at least this wide
	right bool // figures stand right
	key   sortKey
	cell  func(r *row, width int) string
	style func(r *row) lipgloss.Style
}

const (
	gap    = 2 // between columns
	margin = 2 // left of the first: whether a process is there
	noKey  = sortKey(-1)
)

// columns are all there are. On 80 cells those without a from fit exactly.
var columns = []column{
	{title: "NAME", width: 14, most: 32, cell: nameCell, style: nameStyle, key: byName},
	{title: "KIND", width: 8, most: 8, cell: func(r *row, _ int) string { return r.kind() }, style: kindStyle, key: noKey},
	{title: "STATE", width: 11, most: 11, from: 100, cell: func(r *row, _ int) string { return r.state() }, style: aliveStyle, key: noKey},
	{title: "PID", width: 7, most: 7, from: 130, right: true, cell: pidCell, style: plain, key: noKey},
	{title: "RATE", width: 7, most: 7, right: true, cell: rateCell, style: plain, key: byRate},
	{title: "BYTES/s", width: 7, most: 7, from: 110, right: true, cell: bytesCell, style: plain, key: noKey},
	{title: "HISTORY", width: 10, most: 60, cell: sparkCell, style: sparkStyle, key: noKey},
	{title: "FILL", width: 9, most: 25, cell: fillCell, style: fillStyle, key: noKey},
	{title: "LAG", width: 5, most: 5, right: true, cell: lagCell, style: plain, key: byLag},
	{title: "LOST", width: 5, most: 5, right: true, cell: lostCell, style: lostStyle, key: byLost},
	{title: "OUT", width: 5, most: 5, from: 120, right: true, cell: outCell, style: plain, key: noKey},
	{title: "AGAIN", width: 5, most: 5, from: 120, right: true, cell: againCell, style: plain, key: noKey},
	{title: "MOVED", width: 6, most: 7, right: true, cell: movedCell, style: movedStyle, key: byMoved},
	{title: "SINCE", width: 6, most: 6, from: 150, right: true, cell: sinceCell, style: plain, key: noKey},
}

// fit chooses the columns for a screen and gives out its width. A screen too narrow for all gets the first ones.
func fit(width int) (shown []column) {
	left := width - margin + gap
	for _, c := range columns {
		if width >= c.from && left >= c.width+gap {
			shown = append(shown, c)
			left -= c.width + gap
		}
	}
	for grown := true; grown && left > 0; {
		grown = false
		for i := range shown {
			if c := &shown[i]; c.width < c.most && left > 0 {
				c.width++
				left--
				grown = true
			}
		}
	}
	return shown
}

// pad makes text exactly width cells wide.
func pad(text string, width int, right bool) string {
	text = ansi.Truncate(text, width, "…")
	blanks := strings.Repeat(" ", width-ansi.StringWidth(text))
	if right {
		return blanks + text
	}
	return text + blanks
}

func nameCell(r *row, _ int) string {
	if r.isRing() {
		return r.name()
	}
	return "  " + r.name()
}

func pidCell(r *row, _ int) string {
	switch {
	case r.consumer != nil:
		return strconv.Itoa(r.consumer.PID)
	case r.group != nil:
		return "-"
	}
	return strconv.Itoa(r.ring.State.ProducerPID)
}

func rateCell(r *row, _ int) string {
	if !r.trend.known() {
		return "-"
	}
	return human.Short(r.trend.rate)
}

func bytesCell(r *row, _ int) string {
	if !r.trend.known() || r.group != nil {
		return "-"
	}
	return human.Short(r.trend.bytes)
}

func sparkCell(r *row, width int) string { return spark(r.trend.history, r.scale, width) }

// fillCell is a bar and a figure. A lossy consumer that was overtaken has lost what it would read next.
func fillCell(r *row, width int) string {
	figure := fmt.Sprintf("%3d%%", percent(r.fill()))
	if r.consumer != nil && r.consumer.Lapped {
		figure = "over"
	}
	return pad(bar(r.fill(), width-5), width-5, false) + " " + figure
}

func lagCell(r *row, _ int) string  { return human.Short(float64(r.lag())) }
func lostCell(r *row, _ int) string { return human.Short(float64(r.lost())) }

// outCell is what members have and have not finished, and what they handed back.
func outCell(r *row, _ int) string {
	if r.group == nil {
		return ""
	}
	return human.Short(float64(r.group.Held()))
}

// againCell is how many messages were given out again, because who had them died or left.
func againCell(r *row, _ int) string {
	if r.group == nil {
		return ""
	}
	return human.Short(float64(r.group.State.Redelivered))
}

func movedCell(r *row, _ int) string {
	d, atLeast := r.still()
	switch {
	case !r.trend.known():
		return "-"
	case atLeast:
		return ">" + human.Age(d)
	case d < time.Second:
		return "now"
	}
	return human.Age(d)
}

func sinceCell(r *row, _ int) string {
	since := r.ring.State.Started
	switch {
	case r.consumer != nil:
		since = r.consumer.Since
	case r.group != nil:
		since = r.group.State.Created
	}
	return human.Age(max(r.now.Sub(since), 0))
}
