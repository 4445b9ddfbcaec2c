package demo

import (
	"sync/atomic"
	"time"

	"github.com/mmring/mmring/cmd/internal/nap"
)

const (
	// everySome is how many messages pass between two looks at the clock.
	everySome = 64
	// rest between full speed and the even pace lets everybody read what has piled up.
	rest = 100 * time.Millisecond
	// mostPaced and mostPacedBytes bound the even pace, in messages and bytes a second.
	mostPaced      = 10_000
	mostPacedBytes = 64 << 20
)

// pace is how many messages a second are sent when latencies are measured: few enough that they do not queue.
func pace(size int) int { return max(min(mostPaced, mostPacedBytes/size), 1) }

// sent is what a sender has to tell at the end.
type sent struct {
	Messages uint64        `json:"messages"`
	AtFull   uint64        `json:"at_full"` // of them, sent at full speed
	Full     time.Duration `json:"full"`    // the time that took
}

// sender makes messages and sends them.
type sender struct {
	send    func(message []byte) error
	message []byte
	clock   clock
	sent    sent
	shown   atomic.Uint64 // messages, for the display
}

func newSender(size int, send func([]byte) error) *sender {
	return &sender{send: send, message: make([]byte, size), clock: newClock()}
}

// run sends at full speed, rests, then sends at an even pace.
func (s *sender) run(full, paced time.Duration) error {
	if err := s.atFullSpeed(full); err != nil {
		return err
	}
	time.Sleep(rest)
	return s.atPace(paced)
}

// atFullSpeed sends messages without the time: at full speed all queues are full, and a latency would only say how long they are.
func (s *sender) atFullSpeed(long time.Duration) error {
	began := time.Now()
	for s.sent.Full < long {
		for range everySome {
			if err := s.one(0); err != nil {
				return err
			}
		}
		s.sent.Full = time.Since(began)
	}
	s.sent.AtFull = s.sent.Messages
	return nil
}

func (s *sender) atPace(long time.Duration) error {
	interval := time.Second / time.Duration(pace(len(s.message)))
	began := time.Now()
	for due := interval; due < long; due += interval {
		if early := due - time.Since(began); early > 0 {
			nap.For(early)
		}
		if err := s.one(uint64(s.clock.now())); err != nil {
			return err
		}
	}
	return nil
}

func (s *sender) one(stamp uint64) error {
	fill(s.message, s.sent.Messages, stamp)
	if err := s.send(s.message); err != nil {
		return err
	}
	s.sent.Messages++
	s.shown.Store(s.sent.Messages)
	return nil
}
