package mmapfile

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

var sink byte

// Does a fault after a truncation say so, with both sizes, wherever it is?
func TestFaultErrorTruncated(t *testing.T) {
	needsKernel(t, "SIGBUS comes without an address")
	f := published(t, 4*page)
	m, err := f.MapTwice(page, 3*page)
	check(t, err)
	defer m.Unmap()
	check(t, os.Truncate(f.Path(), 2*page))
	for name, touch := range map[string]func(){
		"load":   func() { sink = m.Bytes()[2*page] },
		"store":  func() { m.Bytes()[4*page-1] = 1 },
		"mirror": func() { sink = m.Bytes()[5*page] },
		"copy":   func() { copy(make([]byte, 4*page), m.Bytes()) },
	} {
		recovered := caught(touch)
		if recovered == nil {
			t.Fatalf("%s: no fault", name)
		}
		want(t, m.FaultError(f, recovered), ErrTruncated, strconv.FormatInt(2*page, 10), strconv.FormatInt(4*page, 10))
	}
}

// Is a fault on a whole file no truncation?
func TestFaultErrorOther(t *testing.T) {
	f := published(t, 2*page)
	m, err := f.MapTwice(page, page)
	check(t, err)
	defer m.Unmap()
	check(t, unix.Mprotect(m.Bytes()[page:], unix.PROT_NONE)) // as good as a medium that cannot be read
	recovered := caught(func() { sink = m.Bytes()[page+1] })
	err = m.FaultError(f, recovered)
	want(t, err, ErrFault, "offset "+strconv.FormatInt(page+1, 10))
	if errors.Is(err, ErrTruncated) || strings.Contains(err.Error(), "read-only") {
		t.Errorf("got %v", err)
	}
	reader := opened(t, f.Path(), ReadOnly)
	view := mapped(t, reader, 2*page)
	recovered = caught(func() { view.Bytes()[0] = 1 })
	want(t, view.FaultError(reader, recovered), ErrFault, "read-only")
	check(t, reader.Close())
	want(t, view.FaultError(reader, recovered), ErrFault, "size unknown")
}

// Do panics that are no fault, or not this mapping's, pass?
func TestFaultErrorIsForOwnFaultsOnly(t *testing.T) {
	needsKernel(t, "SIGBUS comes without an address")
	f := published(t, page)
	other, m, another := mapped(t, f, page), mapped(t, f, page), mapped(t, f, page)
	check(t, os.Truncate(f.Path(), 0))
	var null *int
	var short []byte
	for name, fn := range map[string]func(){
		"nothing":       func() {},
		"value":         func() { panic("oops") },
		"error":         func() { panic(ErrTruncated) },
		"nil pointer":   func() { *null = 1 },
		"index":         func() { short[len(short)] = 1 },
		"other mapping": func() { other.Bytes()[0] = 1 },
		"another":       func() { another.Bytes()[0] = 1 }, // one lies above m, one below
	} {
		recovered := caught(fn)
		if (recovered == nil) != (name == "nothing") {
			t.Errorf("%s: recovered %v", name, recovered)
		}
		if err := m.FaultError(f, recovered); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	recovered := caught(func() { m.Bytes()[0] = 1 })
	want(t, m.FaultError(f, recovered), ErrTruncated)
	check(t, m.Unmap())
	if err := m.FaultError(f, recovered); err != nil {
		t.Errorf("after Unmap: %v", err)
	}
}
