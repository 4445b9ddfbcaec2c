//go:build linux

package transport

import (
	"io"

	"golang.org/x/sys/unix"
)

// packetBatcher sends several messages with one sendmmsg.
type packetBatcher struct {
	e      *End
	vector [batch]unix.Iovec
	kept   [batch]mmsghdr
	n      int
}

func newPacketBatcher(e *End) *packetBatcher { return &packetBatcher{e: e} }

func (s *packetBatcher) Send(from, to uint64) error {
	for message := range s.e.Messages.Ready(from, to) {
		s.kept[s.n] = packet(&s.vector[s.n], message)
		if s.n++; s.n < batch {
			continue
		}
		if err := s.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (s *packetBatcher) Flush() error {
	for _, fd := range s.e.Out {
		for left := s.kept[:s.n]; len(left) > 0; {
			n, err := sendmmsg(fd, left)
			if err != nil {
				return tooLong(err, s.e.Size)
			}
			left = left[n:]
		}
	}
	s.n = 0
	return nil
}

func (s *packetBatcher) Close() error {
	if err := s.Flush(); err != nil {
		return err
	}
	return endPackets(s.e)
}

// packetCollector takes what is there with one recvmmsg.
type packetCollector struct {
	fd      int
	buffers [batch][]byte
	vector  [batch]unix.Iovec
	got     [batch]mmsghdr
	seq     uint64
	ended   bool
}

func newPacketCollector(e *End) *packetCollector {
	r := &packetCollector{fd: e.In}
	for i := range r.got {
		r.buffers[i] = make([]byte, e.Size)
		r.got[i] = packet(&r.vector[i], r.buffers[i])
	}
	return r
}

func (r *packetCollector) Receive(v *Visitor) error {
	if r.ended {
		return io.EOF
	}
	n, err := recvmmsg(r.fd, r.got[:])
	if err != nil {
		return err
	}
	for i := range n {
		if r.got[i].length == 0 {
			r.ended = true
			break
		}
		v.Visit(r.seq, r.buffers[i][:r.got[i].length])
		r.seq++
	}
	return nil
}

func (r *packetCollector) Close() error { return unix.Close(r.fd) }
