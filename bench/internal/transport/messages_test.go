//go:build linux

package transport

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestEveryByteIsChecked(t *testing.T) {
	for _, size := range []int{8, 64, 100, 4096} {
		m := NewMessages(Shape{Size: size})
		got := bytes.Clone(m.At(5))
		if err := m.Check(5, got); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i] ^= 1
			v := m.Visitor(0, nil)
			if v.Expect(5); m.Check(5, got) == nil || v.Take(5, got) {
				t.Fatalf("byte %d of %d may change unnoticed", i, size)
			}
			got[i] ^= 1
		}
	}
}

func TestAnotherMessageIsNoticed(t *testing.T) {
	m := NewMessages(Shape{Size: 64})
	for n := uint64(0); n < windows; n++ {
		for _, other := range []uint64{n + 1, n + 2, n + 16, n + 64, n + 1<<14, n + 1<<20} {
			err := m.Check(n, m.At(other))
			if err == nil {
				t.Fatalf("message %d passes for %d", other, n)
			}
			if !strings.Contains(err.Error(), "another one") {
				t.Fatalf("%v: does not say that it is another message", err)
			}
		}
	}
}

func TestAnotherLengthIsNoticed(t *testing.T) {
	m := NewMessages(Shape{Size: 64})
	if m.Check(0, m.At(0)[:63]) == nil {
		t.Error("a message that lacks a byte passes")
	}
}

func TestMadeMessagesAreTheSame(t *testing.T) {
	ready, made := NewMessages(Shape{Size: 100}), NewMessages(Shape{Size: 100, Made: true})
	n := uint64(100) // they go round between 100 and 400
	for message := range made.Made(n, 400) {
		if err := ready.Check(n, message); err != nil {
			t.Fatal(err)
		}
		if &message[0] == &made.At(n)[0] {
			t.Fatal("a message that is to be made was not")
		}
		n++
	}
	for message := range ready.Made(n, n+1) {
		if &message[0] != &ready.At(n)[0] {
			t.Error("a message that lies ready was made")
		}
		n++
	}
	if n != 401 {
		t.Errorf("the last was message %d, not 400", n-1)
	}
	for range ready.Ready(5, 5) {
		t.Error("a message of none")
	}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, tr := range All() {
		i := tr.Info()
		if seen[i.Name] || i.Name == "" || i.Title == "" || i.Family == "" {
			t.Errorf("%+v: a name twice, or something is missing", i)
		}
		seen[i.Name] = true
	}
}

func TestVisitorTakesTheMessagesInTheirOrder(t *testing.T) {
	m := NewMessages(Shape{Size: 64})
	for from := range uint64(2 * windows) {
		for _, shift := range []uint64{0, 1, windows - 1} {
			v := m.Visitor(shift, nil)
			v.Expect(from)
			for n := from; n < from+3*windows; n++ {
				right, wrong := m.At(n+shift), m.At(n+shift+1)
				if v.Take(n+1, wrong) || v.Take(n, wrong) || v.Take(n-1, right) || !v.Take(n, right) {
					t.Fatalf("from %d: message %d is not the one that is taken", from, n)
				}
			}
			if v.Taken != 3*windows {
				t.Fatalf("%d messages were taken", v.Taken)
			}
		}
	}
}

func TestVisitorTellsOfTheOthers(t *testing.T) {
	m := NewMessages(Shape{Size: 64})
	var others []uint64
	v := m.Visitor(0, func(seq uint64, _ []byte) { others = append(others, seq) })
	v.Visit(0, m.At(0))
	v.Visit(2, m.At(2))
	v.Visit(1, m.At(0))
	v.Expect(Nothing)
	v.Visit(1, m.At(1))
	if v.Taken != 1 || !slices.Equal(others, []uint64{2, 1, 1}) {
		t.Errorf("took %d messages, told of %v", v.Taken, others)
	}
}
