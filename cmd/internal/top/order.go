package top

import (
	"cmp"
	"slices"
	"strings"
)

// order is what rows are sorted by.
type order struct {
	by       sortKey
	reversed bool
}

type sortKey int

const (
	byName sortKey = iota
	byRate
	byLag
	byLost
	byMoved
	sortKeys // how many there are
)

func (k sortKey) String() string { return [...]string{"name", "rate", "lag", "lost", "moved"}[k] }

// next is the order by the next key.
func (o order) next() order { return order{by: (o.by + 1) % sortKeys} }

// compare puts names in the alphabet's order and figures with the largest, or the most recent, first.
func (o order) compare(a, b row) int {
	var c int
	switch o.by {
	case byRate:
		c = cmp.Compare(b.trend.rate, a.trend.rate)
	case byLag:
		c = cmp.Compare(b.lag(), a.lag())
	case byLost:
		c = cmp.Compare(b.lost(), a.lost())
	case byMoved:
		c = b.trend.moved.Compare(a.trend.moved)
	}
	if c == 0 {
		c = strings.Compare(a.name(), b.name())
	}
	if o.reversed {
		return -c
	}
	return c
}

// sort orders consumers and groups.
func (o order) sort(rows []row) { slices.SortStableFunc(rows, o.compare) }

// sortFamilies orders rings, each with what is below it.
func (o order) sortFamilies(families [][]row) {
	slices.SortStableFunc(families, func(a, b []row) int { return o.compare(a[0], b[0]) })
}
