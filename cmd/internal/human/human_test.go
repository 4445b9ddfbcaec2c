package human

import (
	"testing"
	"time"
)

func TestBytesSet(t *testing.T) {
	for text, want := range map[string]Bytes{
		"0": 0, "4096": 4096, "64K": 64 << 10, "64k": 64 << 10, "1M": 1 << 20, "1MB": 1 << 20,
		"1GiB": 1 << 30, "1 GiB": 1 << 30, "2T": 2 << 40, "12B": 12,
	} {
		var b Bytes
		if err := b.Set(text); err != nil || b != want {
			t.Errorf("Set(%q) = %d, %v; want %d", text, b, err, want)
		}
	}
}

func TestBytesRefuses(t *testing.T) {
	for _, text := range []string{"", "K", "-1", "1.5M", "1X", "1KM", "1i", "1iB", "ten", "99999999999T"} {
		var b Bytes
		if err := b.Set(text); err == nil {
			t.Errorf("Set(%q) = %d, want an error", text, b)
		}
	}
}

func TestBytesReadsWhatItWrites(t *testing.T) {
	for _, n := range []Bytes{0, 1, 1000, 1024, 1536, 64 << 10, 1 << 20, 5 << 30, 3 << 40} {
		var b Bytes
		if err := b.Set(n.String()); err != nil || b != n {
			t.Errorf("%d is written %q and read %d, %v", n, n, b, err)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(999), "999"}, {Count(1000), "1,000"}, {Count(1234567), "1,234,567"},
		{Counted(1, "message"), "1 message"}, {Counted(2000, "message"), "2,000 messages"},
		{Rate(0), "0/s"}, {Rate(999.7), "1.00k/s"}, {Rate(12345), "12.3k/s"}, {Rate(4123456), "4.12M/s"}, {Rate(2e9), "2.00G/s"},
		{Duration(870), "870 ns"}, {Duration(12345), "12.3 µs"}, {Duration(999_900), "1.00 ms"}, {Duration(1200 * time.Millisecond), "1.20 s"},
		{Age(7 * time.Second), "7s"}, {Age(67 * time.Second), "1m07s"}, {Age(3 * time.Hour), "3h00m"}, {Age(49 * time.Hour), "2d01h"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
