//go:build linux

package report

import (
	"fmt"
	"slices"

	"github.com/mmring/mmring/bench/internal/result"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Section is one scenario: what it asks, its plots and its tables.
type Section struct {
	Scenario result.Scenario
	Title    string
	Question string
	Plots    []*Plot
	Tables   []*Table
}

// builders make the tables of a scenario.
var builders = map[result.Scenario]func(rows) []*Table{
	result.Ladder: ladderTables, result.Latency: latencyTables, result.Load: loadTables,
	result.Throughput: throughputTables, result.FanOut: fanOutTables, result.Crowd: crowdTables, result.Cost: costTables,
}

// Sections arranges what a file holds.
func Sections(f *result.File) (all []*Section) {
	for _, s := range result.Scenarios {
		some := of(f, s)
		if len(some) == 0 {
			continue
		}
		section := &Section{s, headings[s][0], headings[s][1], plots(s, some), builders[s](some)}
		for _, t := range section.Tables {
			t.Notes = append(t.Notes, some.disturbance()...)
		}
		all = append(all, section)
	}
	return all
}

// of are the rows of a scenario.
func of(f *result.File, s result.Scenario) (some rows) {
	return rows(f.Rows).where(func(r *result.Row) bool { return r.Scenario == s })
}

// rows are those of one scenario.
type rows []*result.Row

// title is the name of a transport for people.
func title(name string) string {
	if t := transport.ByName(name); t != nil {
		return t.Info().Title
	}
	return name
}

// transports in the order in which they come.
func (rs rows) transports() (names []string) {
	for _, r := range rs {
		if !slices.Contains(names, r.Transport) {
			names = append(names, r.Transport)
		}
	}
	return names
}

// where are the rows that fit.
func (rs rows) where(fits func(*result.Row) bool) (some rows) {
	for _, r := range rs {
		if fits(r) {
			some = append(some, r)
		}
	}
	return some
}

func (rs rows) of(transport string) rows {
	return rs.where(func(r *result.Row) bool { return r.Transport == transport })
}

func (rs rows) sized(size int) rows {
	return rs.where(func(r *result.Row) bool { return r.Size == size })
}

// copying are the transports that carry bytes, not references to them.
func (rs rows) copying() rows {
	return rs.where(func(r *result.Row) bool { return !transport.ByName(r.Transport).Info().OneProcess })
}

// values of a parameter, in ascending order.
func values[T int | float64](rs rows, of func(*result.Row) T) (all []T) {
	for _, r := range rs {
		if v := of(r); !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

func sizeOf(r *result.Row) int      { return r.Size }
func consumersOf(r *result.Row) int { return r.Consumers }
func rateOf(r *result.Row) float64  { return r.Rate }

// mark follows figures of which every run was disturbed.
const mark = " ~"

// disturbance explains the mark, if it is there.
func (rs rows) disturbance() []string {
	n := len(rs.where((*result.Row).Disturbed))
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("~ the machine was disturbed around every run of this (%d of %d rows): "+
		"measure again when it is quiet", n, len(rs))}
}

// figure writes a row's metric in a form, or why there is none.
func figure(r *result.Row, m result.Metric, form func(float64) string) string {
	if r.Failure != "" && !r.Has(m) {
		return "failed"
	}
	text := form(r.Median(m))
	if r.Disturbed() && r.Has(m) {
		text += mark
	}
	return text
}

// spread of a metric over the runs.
func spread(r *result.Row, m result.Metric) string {
	s := r.Summary(m)
	if s.Runs < 2 {
		return "–"
	}
	return "± " + percent(s.Spread())
}

// failures are notes about the rows that have no figures.
func (rs rows) failures() (notes []string) {
	for _, r := range rs {
		if r.Failure != "" {
			notes = append(notes, fmt.Sprintf("%s: %s", r.Cell, r.Failure))
		}
	}
	return notes
}
