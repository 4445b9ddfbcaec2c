package torture

import (
	"math"
	"strings"
	"testing"

	"github.com/mmring/mmring/ring"
)

// event is one thing a consumer is told: a message, or a loss.
type event struct {
	seq  uint64
	loss *ring.LappedError
}

func got(seqs ...uint64) (events []event) {
	for _, seq := range seqs {
		events = append(events, event{seq: seq})
	}
	return events
}

func lost(n, next uint64) []event { return []event{{loss: &ring.LappedError{Lost: n, Next: next}}} }

func demoted(n, next uint64) []event {
	return []event{{loss: &ring.LappedError{Lost: n, Next: next, Demoted: true}}}
}

func after(events ...[]event) (all []event) {
	for _, e := range events {
		all = append(all, e...)
	}
	return all
}

// tell tells a ledger everything, and returns the first complaint.
func tell(l ledger, events []event) string {
	for _, e := range events {
		err := error(nil)
		if e.loss != nil {
			err = l.lapped(e.loss)
		} else {
			err = l.message(e.seq, 64)
		}
		if err != nil {
			return err.Error()
		}
	}
	return ""
}

func at(next uint64, lossless, demotable bool) ledger {
	l := ledger{lossless: lossless, demotable: demotable}
	l.begin(next, false)
	return l
}

func askedFor(next uint64) ledger {
	l := ledger{lossless: true}
	l.begin(next, true)
	return l
}

func resumed(r resumption) ledger {
	r.Known = true
	l := ledger{lossless: true, demotable: true}
	l.resumes(r)
	return l
}

// Does the ledger accept what a ring may do, and complain of everything else?
func TestLedger(t *testing.T) {
	for name, c := range map[string]struct {
		ledger ledger
		events []event
		want   string // "": all is well
	}{
		"in order":                  {at(5, true, false), got(5, 6, 7), ""},
		"exact loss":                {at(5, false, false), after(got(5), lost(10, 16), got(16)), ""},
		"loss asked for":            {askedFor(5), after(lost(3, 8), got(8)), ""},
		"loss asked for, twice":     {askedFor(5), after(lost(3, 8), lost(1, 9)), "lossless, but lost"},
		"loss not asked for":        {at(5, true, false), lost(3, 8), "lossless, but lost"},
		"demotion":                  {at(5, true, true), after(got(5), demoted(0, 6), lost(2, 8), got(8)), ""},
		"lost message":              {at(5, true, false), got(5, 7), "1 are missing"},
		"repeated":                  {at(5, true, false), got(5, 5), "again or out of order"},
		"out of order":              {at(5, false, false), got(5, 6, 5), "again or out of order"},
		"loss told too small":       {at(5, false, false), after(got(5), lost(9, 16)), "but 6 was due"},
		"loss told too large":       {at(5, false, false), after(got(5), lost(11, 16)), "but 6 was due"},
		"loss without what follows": {at(5, false, false), after(got(5), lost(10, 16), got(17)), "1 are missing"},
		"loss of nothing":           {at(5, false, false), after(got(5), lost(0, 6)), "a loss of nothing"},
		"lossless loses":            {at(5, true, true), after(got(5), lost(1, 7)), "lossless, but lost"},
		"demoted without deadline":  {at(5, true, false), after(got(5), demoted(1, 7)), "no stall deadline"},
		"demoted twice":             {at(5, true, true), after(got(5), demoted(0, 6), demoted(0, 6)), "it was lossy"},

		"resumed":             {resumed(resumption{Low: 3, High: 6, Was: 6, Again: 192}), got(3, 4, 5, 6), ""},
		"resumed too early":   {resumed(resumption{Low: 3, High: 6}), got(2), "resumed at message 2"},
		"resumed too late":    {resumed(resumption{Low: 3, High: 6}), got(7), "resumed at message 7"},
		"repeats too much":    {resumed(resumption{High: 6, Was: 6, Again: 100}), got(3, 4), "128 bytes are repeated"},
		"resumed with a loss": {resumed(resumption{Low: 3, High: 6}), after(lost(4, 9), got(9)), ""},
		"skipped in silence":  {resumed(resumption{Low: 3, High: 6}), lost(1, 9), "resumed at message 8"},
		"resumed anywhere":    {resumed(anywhere), got(math.MaxUint32), ""},
	} {
		if told := tell(c.ledger, c.events); (told == "") != (c.want == "") || !strings.Contains(told, c.want) {
			t.Errorf("%s: told %q, want %q", name, told, c.want)
		}
	}
}

// May a producer go on only where the one before can have stopped?
func TestMayBegin(t *testing.T) {
	var a account
	a.committed.Store(10)
	a.pending.Store(15) // five appended, and a call in progress that makes one more
	a.own.Store(1)
	for n, want := range map[uint64]bool{9: false, 10: true, 11: false, 14: false, 15: true, 16: true, 17: false} {
		if got := mayBegin(&a, n) == nil; got != want {
			t.Errorf("begin at %d: %v, want %v", n, got, want)
		}
	}
	if a.most() != 16 {
		t.Errorf("most = %d", a.most())
	}
}
