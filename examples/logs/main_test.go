//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-shipper") { // this binary is its own shipper
		main()
		return
	}
	os.Exit(m.Run())
}

// outcome is what the two processes say at the end.
type outcome struct{ written, errors, lost, dropped int }

func logged(t *testing.T, s settings) (o outcome) {
	t.Helper()
	var out bytes.Buffer
	if err := s.application(&out); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	var records int
	var took, each string
	_, err := fmt.Sscanf(out.String(), "shipper: wrote %d records, %d of them errors; %d were lost\napplication: logged %d records in %s %s each; %d were dropped",
		&o.written, &o.errors, &o.lost, &records, &took, &each, &o.dropped)
	if err != nil || records != s.records {
		t.Fatalf("%v: %s", err, &out)
	}
	return o
}

// slow is what a record takes the disk: so much longer than it takes to log one that the application is faster on any machine.
const slow = 200 * time.Microsecond

// Is every record written that the application did not drop, and does a lossless shipper make it drop some rather than wait?
func TestLossless(t *testing.T) {
	s := settings{records: 50_000, capacity: 1 << 20, slow: slow}
	o := logged(t, s)
	if o.lost != 0 || o.dropped == 0 {
		t.Errorf("%+v: a slow lossless shipper loses nothing, and makes the application drop records", o)
	}
	if gaps := o.written + o.dropped - s.records; gaps < 0 || gaps > o.dropped { // a gap is told by a record, unless it is at the end
		t.Errorf("%+v: %d records tell of gaps", o, gaps)
	}
}

// Does a lossy shipper miss records, all of them counted, and the application drop none?
func TestLossy(t *testing.T) {
	s := settings{records: 50_000, capacity: 1 << 20, slow: slow, lossy: true}
	if o := logged(t, s); o.dropped != 0 || o.lost == 0 || o.written+o.lost != s.records {
		t.Errorf("%+v", o)
	}
}

// Is nothing lost as long as the ring has room for what the shipper is behind, and does the level come with a record?
func TestAllFits(t *testing.T) {
	if o := logged(t, settings{records: 5_000, capacity: 16 << 20}); o != (outcome{written: 5_000, errors: 5}) {
		t.Errorf("%+v", o)
	}
}
