package top

import (
	"math"
	"strings"
)

var (
	heights = []rune("▁▂▃▄▅▆▇█")
	eighths = []rune(" ▏▎▍▌▋▊▉█")
)

// spark draws the last width rates, the newest at the right; scale fills a whole line.
func spark(rates []float64, scale float64, width int) string {
	rates = rates[max(0, len(rates)-width):]
	line := []rune(strings.Repeat(" ", width-len(rates)))
	for _, rate := range rates {
		level := 0
		if scale > 0 && rate > 0 {
			level = min(int(rate/scale*float64(len(heights))), len(heights)-1)
		}
		line = append(line, heights[level])
	}
	return string(line)
}

// bar draws a part of 1 as a bar in width cells. What is more than nothing is seen.
func bar(part float64, width int) string {
	part = min(max(part, 0), 1)
	full := int(math.Round(part * float64(8*width)))
	if part > 0 {
		full = max(full, 1)
	}
	line := strings.Repeat(string(eighths[8]), full/8)
	if full%8 != 0 {
		line += string(eighths[full%8])
	}
	return line
}

// percent writes a part of 1: what is not nothing is not 0 %, and what is not all not 100 %.
func percent(part float64) int {
	p := int(math.Round(100 * part))
	switch {
	case part > 0 && p == 0:
		return 1
	case part < 1 && p == 100:
		return 99
	}
	return p
}
