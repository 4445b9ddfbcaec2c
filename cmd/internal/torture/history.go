package torture

import (
	"fmt"
	"time"
)

// mostHistory is how many actions are remembered.
const mostHistory = 300

// history is what was done lately.
type history struct {
	began time.Time
	done  []string
}

func (h *history) add(format string, args ...any) {
	if len(h.done) == 2*mostHistory {
		h.done = append(h.done[:0], h.lines()...)
	}
	h.done = append(h.done, fmt.Sprintf("%9.4f ", time.Since(h.began).Seconds())+fmt.Sprintf(format, args...))
}

func (h *history) lines() []string { return h.done[max(0, len(h.done)-mostHistory):] }
