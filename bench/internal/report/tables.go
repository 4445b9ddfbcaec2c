//go:build linux

package report

import (
	"fmt"

	"github.com/mmring/mmring/bench/internal/result"
)

// column is a metric and how it is written.
type column struct {
	name   string
	metric result.Metric
	form   func(float64) string
}

var tail = []column{
	{"p50", result.P50, duration}, {"p99", result.P99, duration}, {"p99.9", result.P999, duration}, {"max", result.Max, duration},
}

// list makes a table with a line for each row. With spread, the last column is that of the first metric.
func list(heading string, rs rows, withSpread bool, columns ...column) *Table {
	t := &Table{Title: heading, Columns: []string{"transport"}, Notes: rs.failures()}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.name)
	}
	if withSpread {
		t.Columns = append(t.Columns, "spread")
	}
	for _, r := range rs {
		t.Rows = append(t.Rows, line(r, withSpread, columns))
	}
	return t
}

func line(r *result.Row, withSpread bool, columns []column) []string {
	cells := []string{title(r.Transport)}
	for _, c := range columns {
		cells = append(cells, figure(r, c.metric, c.form))
	}
	if withSpread {
		cells = append(cells, spread(r, columns[0].metric))
	}
	return cells
}

// matrix makes a table of one metric, transports by a parameter.
func matrix[T int | float64](heading string, rs rows, c column, parameter func(*result.Row) T, name func(T) string) *Table {
	t := &Table{Title: heading, Columns: []string{"transport"}, Notes: rs.failures()}
	all := values(rs, parameter)
	for _, v := range all {
		t.Columns = append(t.Columns, name(v))
	}
	for _, transport := range rs.transports() {
		cells := []string{title(transport)}
		for _, v := range all {
			text := ""
			for _, r := range rs.of(transport) {
				if parameter(r) == v {
					text = figure(r, c.metric, c.form)
				}
			}
			cells = append(cells, text)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

func latencyTables(rs rows) (all []*Table) {
	columns := append([]column{{"typical", result.Trip, duration}, {"× limit", result.OfLimit, times}}, tail...)
	for _, n := range values(rs, sizeOf) {
		all = append(all, list("Round trip, "+size(n), rs.sized(n), true, columns...))
	}
	return all
}

func crowdTables(rs rows) []*Table {
	columns := append([]column{{"typical", result.Trip, duration}}, tail...)
	return []*Table{list(fmt.Sprintf("Round trip, 64 B, %d pairs at once", rs[0].Pairs), rs, true, columns...)}
}

func loadTables(rs rows) (all []*Table) {
	columns := append(tail[:len(tail):len(tail)],
		column{"rate kept", result.Achieved, percent}, column{"lost", result.Lost, percent})
	for _, offered := range values(rs, rateOf) {
		some := rs.where(func(r *result.Row) bool { return r.Rate == offered })
		all = append(all, list("One way, 64 B, "+rate(offered), some, true, columns...))
	}
	return all
}

func throughputTables(rs rows) []*Table {
	bySize := func(heading string, m result.Metric, form func(float64) string) *Table {
		some := rs
		if m != result.Rate {
			some = rs.copying()
		}
		return matrix(heading, some, column{"", m, form}, sizeOf, size)
	}
	inBytes := bySize("Bytes per second", result.Bytes, bandwidth)
	ofLimit := bySize("Share of the limit: 64-byte lines written and read per second", result.OfLimit, percent)
	inBytes.Notes, ofLimit.Notes = nil, nil
	return []*Table{bySize("Messages per second", result.Rate, rate), inBytes, ofLimit}
}

func fanOutTables(rs rows) []*Table {
	consumers := func(n int) string {
		if n == 1 {
			return "1 consumer"
		}
		return fmt.Sprint(n, " consumers")
	}
	perConsumer := column{"", result.Rate, rate}
	return []*Table{matrix("Messages of 64 B per second, for each consumer", rs, perConsumer, consumersOf, consumers)}
}

func costTables(rs rows) []*Table {
	columns := []column{
		{"CPU seconds", result.CPU, figures}, {"system calls", result.Calls, count},
		{"context switches", result.Switches, count}, {"page faults", result.Faults, count},
		{"messages", result.Rate, rate}, {"memory", result.Memory, kibi},
	}
	paced := rs.where(func(r *result.Row) bool { return r.Rate > 0 })
	full := rs.where(func(r *result.Row) bool { return r.Rate == 0 })
	var all []*Table
	if len(paced) > 0 {
		heading := "For a million messages of 64 B, " + rate(paced[0].Rate) + " in bursts of 100"
		all = append(all, list(heading, paced, false, columns...))
	}
	if len(full) > 0 {
		all = append(all, list("For a million messages of 64 B, as fast as it goes", full, false, columns...))
	}
	return all
}
