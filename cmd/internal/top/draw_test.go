package top

import (
	"fmt"
	"testing"
)

func TestDraw(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{spark(nil, 0, 4), "    "}, {spark([]float64{0, 1, 4, 8}, 8, 4), "▁▂▅█"}, {spark([]float64{1, 8}, 8, 3), " ▂█"},
		{spark([]float64{9, 9, 0, 0}, 8, 2), "▁▁"}, {spark([]float64{99}, 8, 1), "█"},
		{bar(0, 4), ""}, {bar(0.001, 4), "▏"}, {bar(0.5, 4), "██"}, {bar(0.53, 4), "██▏"}, {bar(1, 4), "████"}, {bar(7, 4), "████"},
		{fmt.Sprint(percent(0), percent(0.001), percent(0.5), percent(0.999), percent(1)), "0 1 50 99 100"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
