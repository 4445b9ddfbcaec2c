// Package tagset chooses messages by their tags.
package tagset

import (
	"fmt"
	"strconv"
	"strings"
)

// Set is a set of tags. The zero value is not given, and has every tag.
type Set struct{ ranges []span }

// span is the tags from first to last, both included.
type span struct{ first, last uint32 }

// syntax is what an error tells to write.
const syntax = "use tag= and numbers or ranges, such as tag=7,10-20 or tag=100-"

// Set adds tags, written as in tag=7,10-20,100-. With String and Type it makes a Set a flag, which may be repeated.
func (s *Set) Set(text string) error {
	tags, ok := strings.CutPrefix(text, "tag=")
	if !ok {
		return fmt.Errorf("%q is no filter; %s", text, syntax)
	}
	var ranges []span
	for item := range strings.SplitSeq(tags, ",") {
		r, err := parse(item)
		if err != nil {
			return err
		}
		ranges = append(ranges, r)
	}
	s.ranges = append(s.ranges, ranges...)
	return nil
}

// parse reads a tag, a range, or a range without an end.
func parse(item string) (r span, err error) {
	from, to, isRange := strings.Cut(item, "-")
	switch {
	case !isRange:
		to = from
	case to == "":
		to = "4294967295"
	}
	first, err := strconv.ParseUint(from, 10, 32)
	last, alsoErr := strconv.ParseUint(to, 10, 32)
	if err != nil || alsoErr != nil {
		return r, fmt.Errorf("%q is no tag from 0 to 4294967295 and no range of them; %s", item, syntax)
	}
	if last < first {
		return r, fmt.Errorf("the range %s ends before it begins; write the lower tag first", item)
	}
	return span{uint32(first), uint32(last)}, nil
}

func (s *Set) String() string {
	var items []string
	for _, r := range s.ranges {
		item := strconv.FormatUint(uint64(r.first), 10)
		if r.last != r.first {
			item += "-" + strconv.FormatUint(uint64(r.last), 10)
		}
		items = append(items, item)
	}
	if items == nil {
		return ""
	}
	return "tag=" + strings.Join(items, ",")
}

// Type is how a flag's help calls its value.
func (s *Set) Type() string { return "tags" }

// Choices are what it begins with.
func (s *Set) Choices() []string { return []string{"tag="} }

// Given reports whether there is anything to choose.
func (s *Set) Given() bool { return s.ranges != nil }

// Has reports whether tag is in the set.
func (s *Set) Has(tag uint32) bool {
	for _, r := range s.ranges {
		if r.first <= tag && tag <= r.last {
			return true
		}
	}
	return s.ranges == nil
}
