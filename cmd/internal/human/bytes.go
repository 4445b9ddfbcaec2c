// Package human reads and writes figures as people do.
package human

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bytes is a number of bytes that may be given as a flag: 4096, 64K, 1M, 1GiB. K, M, G and T are powers of 1024.
type Bytes int

const units = "KMGT"

// Set reads a number with an optional unit.
func (b *Bytes) Set(text string) error {
	number := strings.TrimRight(text, "KMGTkmgtiBb ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is no number of bytes; write it like 4096, 64K, 1M or 1GiB", text)
	}
	shift, err := unitShift(strings.TrimSpace(text[len(number):]))
	if err != nil {
		return err
	}
	if n > math.MaxInt>>shift {
		return fmt.Errorf("%q is more bytes than this machine can count", text)
	}
	*b = Bytes(n << shift)
	return nil
}

// unitShift is the power of two that a unit stands for: K, KB and KiB all mean 1024.
func unitShift(unit string) (int, error) {
	letter := strings.ToUpper(unit)
	letter = strings.TrimSuffix(letter, "B")
	letter = strings.TrimSuffix(letter, "I")
	if letter == "" && !strings.ContainsAny(unit, "iI") {
		return 0, nil
	}
	if i := strings.Index(units, letter); i >= 0 && len(letter) == 1 {
		return 10 * (i + 1), nil
	}
	return 0, fmt.Errorf("%q is no unit of bytes; use K, M, G or T", unit)
}

// String writes the number with the largest unit that divides it.
func (b Bytes) String() string {
	n, unit := int(b), ""
	for _, u := range units {
		if n == 0 || n%1024 != 0 {
			break
		}
		n, unit = n/1024, string(u)+"iB"
	}
	if unit == "" {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// Type is how a flag's help calls its value.
func (b *Bytes) Type() string { return "bytes" }
