package ring

import (
	"context"
	"fmt"
	"time"
)

// WaitConsumers waits until at least n consumers are attached, lossless or lossy, or ctx is done.
// It looks every two milliseconds, and does not count consumers without write permission on the heads file. Besides the error of ctx it
// fails with ErrBusy while another goroutine publishes, and with ErrClosed.
func (p *Producer) WaitConsumers(ctx context.Context, n int) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		have, err := p.Consumers()
		if err != nil || have >= n {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d consumers, %d attached: %w", n, have, ctx.Err())
		case <-tick.C:
		}
	}
}

// Consumers returns how many consumers are attached, as WaitConsumers counts them.
func (p *Producer) Consumers() (n int, err error) {
	if err := p.enter(); err != nil {
		return 0, err
	}
	n = p.attached()
	return n, p.leave(nil)
}

// attached counts the living consumers that have finished joining.
func (p *Producer) attached() (n int) {
	for i := range p.heads.slots {
		switch stateMode(p.heads.state(i)) {
		case modeGating, modeLossy, modeDemoted:
			if alive, err := p.files.consumerAlive(i); err == nil && alive {
				n++
			}
		}
	}
	return n
}
