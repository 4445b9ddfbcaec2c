//go:build linux

package report

import (
	"fmt"
	"math"

	"github.com/mmring/mmring/bench/internal/lab"
	"github.com/mmring/mmring/bench/internal/result"
)

func ladderTables(rs rows) []*Table { return LadderTables(rs, English) }

// LadderTables are the ladder's tables in a language: one for each size of message.
func LadderTables(rs rows, language Language) (all []*Table) {
	heads := ladderHeads[language]
	for _, n := range values(rs, sizeOf) {
		t := &Table{Title: fmt.Sprintf(heads[0], size(n)), Columns: heads[1:], Notes: rs.failures()}
		some := rs.sized(n)
		above := math.NaN()
		bare := math.NaN()
		for _, r := range some.of(lab.Bare) {
			bare = r.Median(result.OneWay)
		}
		for _, r := range some {
			text := rungTexts[language][r.Transport]
			now := r.Median(result.OneWay)
			t.Rows = append(t.Rows, []string{
				text.title, figure(r, result.OneWay, duration), spread(r, result.OneWay),
				times(now / bare), duration(above - now), text.gap,
			})
			above = now
		}
		all = append(all, t)
	}
	return all
}
