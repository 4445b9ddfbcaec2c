package recording

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"time"

	"github.com/mmring/mmring/cmd/internal/nap"
)

// Speed is how fast a recording is replayed, as a flag: a factor, or max. The zero value is 1.
type Speed struct {
	text   string
	factor float64 // +Inf: max
}

// Set reads a speed.
func (s *Speed) Set(text string) error {
	factor, err := strconv.ParseFloat(text, 64)
	if text == "max" {
		factor, err = math.Inf(1), nil
	} else if err != nil || !(factor > 0) || math.IsInf(factor, 1) {
		return fmt.Errorf("%q is neither max nor a number above 0, such as 2 or 0.5", text)
	}
	*s = Speed{text, factor}
	return err
}

func (s *Speed) String() string {
	if s.text == "" {
		return "1"
	}
	return s.text
}

// Type is how a flag's help calls its value.
func (s *Speed) Type() string { return "factor" }

// Pace says when each message is due. It counts from the first one, so that being late once does not make all others late.
type Pace struct {
	factor float64
	began  time.Time // when the first message was due; zero before
	first  uint64    // its time of reception
}

// NewPace makes a pace that begins with the next message.
func NewPace(s Speed) *Pace {
	if s.factor == 0 {
		s.factor = 1
	}
	return &Pace{factor: s.factor}
}

// Due says when a message is due that was received at a time. The zero time is at once.
func (p *Pace) Due(at uint64) time.Time {
	switch {
	case math.IsInf(p.factor, 1):
		return time.Time{}
	case p.began.IsZero():
		p.began, p.first = time.Now(), at
	}
	ns := float64(int64(at-p.first)) / p.factor
	return p.began.Add(time.Duration(min(ns, math.MaxInt64/2)))
}

const (
	// longSleep is what is slept in one go at most where nothing can interrupt it.
	longSleep = 2 * time.Millisecond
	// wakeUp is how late a sleep may end: for so long before it is due, the CPU is offered to others but kept.
	wakeUp = 100 * time.Microsecond
)

// Await waits until a time has come, to within some microseconds if a CPU is free, or ctx is done.
func Await(ctx context.Context, due time.Time) error {
	for {
		left := time.Until(due)
		switch {
		case left <= 0:
			return ctx.Err()
		case left > longSleep:
			if err := sleep(ctx, left-longSleep/2); err != nil {
				return err
			}
		case left > wakeUp:
			nap.For(left - wakeUp)
		default:
			runtime.Gosched()
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
