//go:build linux

package transport

import "github.com/mmring/mmring/ring"

// ringSender copies each message into the ring.
type ringSender struct {
	*ring.Producer
	messages *Messages
}

func (s *ringSender) Send(seq uint64) error { return s.Publish(0, s.messages.Make(seq)) }

// ringClaimer makes each message in the ring.
type ringClaimer struct{ ringSender }

func (s *ringClaimer) Send(seq uint64) error {
	message := s.messages.At(seq)
	place, err := s.Claim(len(message))
	if err != nil {
		return err
	}
	copy(place, message)
	return s.Commit(0, len(message))
}

// ringBatcher makes several messages visible at once.
type ringBatcher struct {
	ringSender
	appended, most int
}

func (s *ringBatcher) Send(seq uint64) error {
	if err := s.Append(0, s.messages.At(seq)); err != nil {
		return err
	}
	if s.appended++; s.appended < s.most {
		return nil
	}
	return s.Flush()
}

func (s *ringBatcher) Flush() error {
	s.appended = 0
	return s.ringSender.Flush()
}
