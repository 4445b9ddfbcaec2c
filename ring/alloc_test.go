package ring

import (
	"errors"
	"testing"
	"time"
)

// Does anything that is done for each message allocate?
func TestNothingPerMessageAllocates(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector allocates")
	}
	path := ringPath(t)
	p := produce(t, path, Options{})
	gating, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
	typedPath := ringPath(t)
	tp, err := CreateOf[point](typedPath, Options{})
	check(t, err)
	defer tp.Close()
	tc, err := OpenOf[point](typedPath, ConsumerOptions{Lossless: true})
	check(t, err)
	defer tc.Close()
	selector, err := NewSelector(Adaptive, gating, lossy)
	check(t, err)
	payload, ctx := make([]byte, 64), t.Context()
	see := func(*Message) error { return nil }
	for name, do := range map[string]func() error{
		"Publish":        func() error { return p.Publish(1, payload) },
		"TryPublish":     func() error { return p.TryPublish(1, payload) },
		"PublishContext": func() error { return p.PublishContext(ctx, 1, payload) },
		"Append, Flush":  func() error { return errors.Join(p.Append(1, payload), p.Flush()) },
		"Claim, Commit":  func() error { b, err := p.Claim(64); b[0] = 1; return errors.Join(err, p.Commit(1, 64)) },
		"Claim, Abort":   func() error { _, err := p.Claim(64); return errors.Join(err, p.Abort(), p.Publish(1, nil)) },
		"typed":          func() error { return tp.Publish(1, point{1, 2}) },
	} {
		both := func() {
			check(t, do())
			if name == "typed" {
				_, err := tc.Next(ctx)
				check(t, err)
				return
			}
			_, err := gating.Next(ctx)
			check(t, err)
			_, err = lossy.TryNext()
			check(t, err)
			if _, err = lossy.Poll(1, see); err != ErrEmpty {
				t.Fatal(err)
			}
			m, err := lossy.Latest()
			check(t, err)
			_, err = gating.At(m.Seq)
			check(t, err)
			check(t, gating.AckBefore(m.Seq))
			if _, err = gating.NextWithin(ctx, time.Nanosecond); err != ErrEmpty {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(2000, both); n != 0 {
			t.Errorf("%s and reading it: %v allocations", name, n)
		}
	}
	if n := testing.AllocsPerRun(500, func() {
		check(t, p.Publish(1, payload))
		if _, err := gating.View(1, see); err != nil {
			t.Fatal(err)
		}
		texts2(t, lossy)
		check(t, p.Publish(1, payload))
		selected, err := selector.Select(ctx)
		check(t, err)
		if _, err := selected.ViewContext(ctx, 1, see); err != nil && err != errNoViews {
			t.Fatal(err)
		}
		texts2(t, lossy)
		texts2(t, gating)
	}); n != 0 {
		t.Errorf("View, Select: %v allocations", n)
	}
}
