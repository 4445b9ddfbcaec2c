//go:build linux

package transport

import "golang.org/x/sys/unix"

// bulk is how many bytes the gathering transports write and read at once.
const bulk = 64 << 10

// streamBatcher writes several messages with one system call and without copying them together.
type streamBatcher struct {
	e      *End
	kept   [batch]unix.Iovec
	vector [batch]unix.Iovec // what a partial write left over
	n      int
}

func (s *streamBatcher) Send(from, to uint64) error {
	for message := range s.e.Messages.Ready(from, to) {
		s.kept[s.n] = iovec(message)
		if s.n++; s.n < batch {
			continue
		}
		if err := s.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (s *streamBatcher) Flush() error {
	for _, fd := range s.e.Out {
		s.vector = s.kept
		if err := writevAll(fd, s.vector[:s.n]); err != nil {
			return err
		}
	}
	s.n = 0
	return nil
}

func (s *streamBatcher) Close() error {
	if err := s.Flush(); err != nil {
		return err
	}
	return closeOut(s.e)
}

func writevAll(fd int, v []unix.Iovec) error {
	for len(v) > 0 {
		n, err := writev(fd, v)
		if err != nil {
			return err
		}
		for len(v) > 0 && uint64(n) >= uint64(v[0].Len) {
			n -= int(v[0].Len)
			v = v[1:]
		}
		if len(v) > 0 {
			v[0] = trim(v[0], n)
		}
	}
	return nil
}

// streamGatherer copies messages together into large writes.
type streamGatherer struct {
	e      *End
	buffer []byte
}

func (s *streamGatherer) Send(from, to uint64) error {
	for message := range s.e.Messages.Ready(from, to) {
		if len(s.buffer)+len(message) > cap(s.buffer) {
			if err := s.Flush(); err != nil {
				return err
			}
		}
		s.buffer = append(s.buffer, message...)
	}
	return nil
}

func (s *streamGatherer) Flush() error {
	for _, fd := range s.e.Out {
		if err := writeAll(fd, s.buffer); err != nil {
			return err
		}
	}
	s.buffer = s.buffer[:0]
	return nil
}

func (s *streamGatherer) Close() error {
	if err := s.Flush(); err != nil {
		return err
	}
	return closeOut(s.e)
}
