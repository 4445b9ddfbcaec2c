package human

import (
	"fmt"
	"strconv"
	"time"
)

// Count writes a number with a comma before every three digits.
func Count(n uint64) string {
	digits := strconv.FormatUint(n, 10)
	var text []byte
	for i, d := range []byte(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text = append(text, ',')
		}
		text = append(text, d)
	}
	return string(text)
}

// Counted writes a number of things: 1 message, 2 messages.
func Counted(n uint64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Count(n) + " " + thing + "s"
}

// Rate writes a number a second in three digits: 4.12M/s.
func Rate(perSecond float64) string { return Short(perSecond) + "/s" }

// Short writes a number in three digits and a unit: 950, 12.3k, 4.12M.
func Short(n float64) string {
	switch {
	case n >= 999.5e6:
		return digits(n/1e9) + "G"
	case n >= 999.5e3:
		return digits(n/1e6) + "M"
	case n >= 999.5:
		return digits(n/1e3) + "k"
	}
	return strconv.FormatFloat(n, 'f', 0, 64)
}

// Duration writes a time in three digits: 870 ns, 12.3 µs, 4.56 ms, 1.20 s.
func Duration(d time.Duration) string {
	ns := float64(d)
	switch {
	case ns < 999.5:
		return fmt.Sprintf("%d ns", d)
	case ns < 999.5e3:
		return digits(ns/1e3) + " µs"
	case ns < 999.5e6:
		return digits(ns/1e6) + " ms"
	}
	return digits(ns/1e9) + " s"
}

// Age writes how long something has lasted, in its largest unit or two.
func Age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd%02dh", int(d.Hours())/24, int(d.Hours())%24)
}

// digits writes a number below 1000 in three digits.
func digits(x float64) string {
	switch {
	case x < 9.995:
		return strconv.FormatFloat(x, 'f', 2, 64)
	case x < 99.95:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 0, 64)
}
