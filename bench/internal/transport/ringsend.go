//go:build linux

package transport

import "github.com/mmring/mmring/ring"

// ringSender copies each message into the ring.
type ringSender struct {
	*ring.Producer
	messages *Messages
}

func (s *ringSender) Send(from, to uint64) error {
	for message := range s.messages.Made(from, to) {
		if err := s.Publish(0, message); err != nil {
			return err
		}
	}
	return nil
}

// ringClaimer makes each message in the ring.
type ringClaimer struct{ ringSender }

func (s *ringClaimer) Send(from, to uint64) error {
	for message := range s.messages.Ready(from, to) {
		place, err := s.Claim(len(message))
		if err != nil {
			return err
		}
		copy(place, message)
		if err := s.Commit(0, len(message)); err != nil {
			return err
		}
	}
	return nil
}

// ringBatcher makes several messages visible at once.
type ringBatcher struct {
	ringSender
	appended, most int
}

func (s *ringBatcher) Send(from, to uint64) error {
	for message := range s.messages.Ready(from, to) {
		if err := s.Append(0, message); err != nil {
			return err
		}
		if s.appended++; s.appended < s.most {
			continue
		}
		if err := s.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (s *ringBatcher) Flush() error {
	s.appended = 0
	return s.ringSender.Flush()
}
