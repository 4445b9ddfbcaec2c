//go:build amd64 && !race && !stepping

package ring

import (
	"testing"

	"github.com/klauspost/cpuid/v2"
)

// Are lines prefetched where that was measured to take them, and nowhere else?
func TestWhoTakesLines(t *testing.T) {
	for _, c := range []struct {
		name          string
		vendor        cpuid.Vendor
		family, model int
		want          bool
	}{
		{"Zen 2, Rome", cpuid.AMD, 0x17, 0x31, false},
		{"Zen 3, Milan", cpuid.AMD, 0x19, 0x01, true},
		{"Zen 3, Vermeer", cpuid.AMD, 0x19, 0x21, true},
		{"Zen 3, Cezanne", cpuid.AMD, 0x19, 0x50, true},
		{"Zen 4, Genoa", cpuid.AMD, 0x19, 0x11, false},
		{"Zen 4, Raphael", cpuid.AMD, 0x19, 0x61, false},
		{"Zen 4, Bergamo", cpuid.AMD, 0x19, 0xa0, false},
		{"Zen 5, Turin", cpuid.AMD, 0x1a, 0x02, true},
		{"Sapphire Rapids", cpuid.Intel, 6, 0x8f, false},
		{"Hygon", cpuid.Hygon, 0x19, 0x01, false},
	} {
		equal(t, c.name, takesLines(c.vendor, c.family, c.model), c.want)
	}
}
