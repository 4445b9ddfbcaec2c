package tagset

import (
	"math"
	"strings"
	"testing"
)

func TestHas(t *testing.T) {
	for _, c := range []struct {
		flags   string
		in, out []uint32
	}{
		{"", []uint32{0, 7, math.MaxUint32}, nil},
		{"tag=7", []uint32{7}, []uint32{0, 6, 8, math.MaxUint32}},
		{"tag=7,10-20", []uint32{7, 10, 15, 20}, []uint32{6, 8, 9, 21}},
		{"tag=7 tag=10-20", []uint32{7, 10, 15, 20}, []uint32{6, 8, 9, 21}},
		{"tag=5-5", []uint32{5}, []uint32{4, 6}},
		{"tag=100-", []uint32{100, math.MaxUint32}, []uint32{0, 99}},
		{"tag=0,4294967295", []uint32{0, math.MaxUint32}, []uint32{1, math.MaxUint32 - 1}},
	} {
		var s Set
		for _, flag := range strings.Fields(c.flags) {
			if err := s.Set(flag); err != nil {
				t.Fatal(err)
			}
		}
		if s.Given() != (c.flags != "") {
			t.Errorf("%s: given %v", c.flags, s.Given())
		}
		for _, tag := range c.in {
			if !s.Has(tag) {
				t.Errorf("%q has no %d", c.flags, tag)
			}
		}
		for _, tag := range c.out {
			if s.Has(tag) {
				t.Errorf("%q has %d", c.flags, tag)
			}
		}
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	var s Set
	for _, flag := range []string{"tag=7,10-20", "tag=100-"} {
		if err := s.Set(flag); err != nil {
			t.Fatal(err)
		}
	}
	if want := "tag=7,10-20,100-4294967295"; s.String() != want {
		t.Errorf("%s, want %s", &s, want)
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{"", "7", "tag", "tag=", "tag=x", "tag=7,", "tag=-7", "tag=-", "tag=20-10", "tag=4294967296", "tag=1-2-3",
		"tag= 7", "tag=0x7", "tag=+7", "seq=7"} {
		var s Set
		if err := s.Set(text); err == nil || s.Given() {
			t.Errorf("%q was accepted: %v", text, &s)
		} else if !strings.Contains(err.Error(), "tag=") && !strings.Contains(err.Error(), "lower") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
