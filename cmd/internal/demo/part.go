package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/mmring/mmring/cmd/internal/fail"
)

// transport is how messages travel.
type transport string

const (
	overRing   transport = "ring"
	overSocket transport = "socket"
)

// Part is what one process of the demo does.
type Part struct {
	Transport transport
	Number    int // 0 is the producer
	Lossy     bool
	Dir       string
	Consumers int
	Size      int
	Full      time.Duration // at full speed
	Paced     time.Duration // at an even pace
}

// name is what the part is called in messages.
func (p *Part) name() string {
	if p.Number == 0 {
		return fmt.Sprintf("the %s's producer process", p.Transport)
	}
	return fmt.Sprintf("the %s's consumer process %d", p.Transport, p.Number)
}

// told is what a part tells the demo, one line of JSON at a time: progress, and its result at the end.
type told struct {
	Progress *progress `json:"progress,omitempty"`
	Sent     *sent     `json:"sent,omitempty"`
	Received *received `json:"received,omitempty"`
	Failed   string    `json:"failed,omitempty"`
}

// progress is how far a part is.
type progress struct {
	Messages uint64 `json:"messages"`
	Lost     uint64 `json:"lost"`
}

// tellEvery is how often a part tells its progress.
const tellEvery = 200 * time.Millisecond

// Play plays a part, given as JSON, in a process of its own: results go to out, and it ends when in does.
func Play(ctx context.Context, part string, in io.Reader, out io.Writer) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM) // whoever started the demo ends it, and all its parts
	var p Part
	if err := json.Unmarshal([]byte(part), &p); err != nil {
		return fmt.Errorf("no part of the demo: %w", err)
	}
	go p.endWith(in)
	var mu sync.Mutex
	encoder := json.NewEncoder(out)
	tell := func(t told) {
		mu.Lock()
		defer mu.Unlock()
		encoder.Encode(t)
	}
	result, err := p.play(ctx, tell)
	if err != nil {
		result = told{Failed: fail.At(p.ringPath(), err).Error()}
	}
	tell(result)
	return err
}

// endWith ends this process when the demo is gone, and cleans up in its place.
func (p *Part) endWith(in io.Reader) {
	io.Copy(io.Discard, in)
	os.RemoveAll(p.Dir)
	os.Exit(1)
}

func (p *Part) play(ctx context.Context, tell func(told)) (told, error) {
	if p.Number == 0 {
		send := sendOverRing
		if p.Transport == overSocket {
			send = sendOverSocket
		}
		result, err := send(ctx, p, tell)
		return told{Sent: &result}, err
	}
	receive := receiveOverRing
	if p.Transport == overSocket {
		receive = receiveOverSocket
	}
	result, err := receive(ctx, p, tell)
	return told{Received: &result}, err
}

// showing tells progress again and again until the function it returns is called.
func (p *Part) showing(now func() progress, tell func(told)) (stop func()) {
	ticker, done := time.NewTicker(tellEvery), make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				at := now()
				tell(told{Progress: &at})
			}
		}
	}()
	return func() { ticker.Stop(); close(done) }
}

func (s *sender) progress() progress { return progress{Messages: s.shown.Load()} }

func (r *receiver) progress() progress { return progress{r.shown.Load(), r.shownLost.Load()} }
