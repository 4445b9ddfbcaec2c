package ring

import (
	"fmt"
	"testing"
	"time"
)

// Does a consumer hold off longer in a flood than in a stream, and where looks are slow, and not at all while messages come one by one?
func TestHoldOffGoesByTheRate(t *testing.T) {
	const second = uint64(time.Second / time.Microsecond) // at one message a microsecond
	for _, r := range []struct {
		name      string
		streaming bool
		slow      bool
		messages  uint64 // in the last second, or a little more
		want      time.Duration
	}{
		{"singles", false, true, 2 * flood * second, 0},
		{"a stream", true, false, flood * second / 2, streamPause},
		{"a stream, gone back in", true, false, ^second, streamPause},
		{"a flood", true, false, 2 * flood * second, longPause},
		{"slow looks", true, true, 1, longPause},
	} {
		p := pace{streaming: r.streaming, slow: r.slow, seq: 1000, looked: clock() - time.Second}
		p.catchUp(1, 1000+r.messages)
		equal(t, r.name+" holds off", p.caughtUp, r.want > 0)
		if p.caughtUp {
			equal(t, r.name+": how long", p.until-p.looked, r.want)
		}
	}
}

// Is one tried after so many single messages, and is a stream left when a hold-off brings only a few?
func TestHoldOffIsTried(t *testing.T) {
	var p pace
	looks := func() (n int) {
		for p.caughtUp = false; !p.caughtUp; n++ {
			p.catchUp(1, 0)
		}
		return n
	}
	for _, want := range []int{firstTrial, 2 * firstTrial, 4 * firstTrial} {
		equal(t, "single messages before a try", looks(), want+1)
		p.held(1, 0, 0)
	}
	for range 20 {
		looks()
		p.held(streamRun-1, 0, 0)
	}
	equal(t, "at most", looks(), lastTrial+1)
	p.held(streamRun, 0, 0)
	equal(t, "single messages in a stream", looks(), 1)
	p.held(streamRun-1, 0, 0)
	equal(t, "after it", looks(), firstTrial+1)
}

// Is a look slow that takes longer than its cache lines should?
func TestSlowLooks(t *testing.T) {
	for _, r := range []struct {
		bytes uint64
		took  time.Duration
		want  bool
	}{
		{0, slowLook, false}, {63, slowLook + 1, true}, {640, slowLook + 10*slowLine, false}, {640, slowLook + 10*slowLine + 1, true},
		{^uint64(0) - 100, time.Second, true}, {^uint64(0) - 100, time.Microsecond, false}, // gone back, after a lie
	} {
		p := pace{slow: !r.want}
		p.held(streamRun, r.bytes, r.took)
		equal(t, fmt.Sprint(r.bytes, " bytes in ", r.took), p.slow, r.want)
	}
}
