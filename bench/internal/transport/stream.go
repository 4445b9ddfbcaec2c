//go:build linux

package transport

import (
	"io"

	"golang.org/x/sys/unix"
)

// Streams of bytes: Unix stream sockets, pipes and TCP. Messages need no header here because all have one size, which is
// more than a stream can offer in earnest.

// manner is how a stream or packet transport is driven.
type manner struct {
	suffix, title        string
	spins, batches, bulk bool
}

var manners = []manner{
	{"", ", blocking", false, false, false},
	{"-spin", ", spinning", true, false, false},
	{"-batch", ", batches of 16", false, true, false},
	{"-bulk", ", 64 KiB writes", false, true, true},
}

// info describes a transport that is driven in this manner.
func (m manner) info(name, title, family string) Info {
	return Info{Name: name + m.suffix, Title: title + m.title, Family: family, Spins: m.spins, Batches: m.batches, Bulk: m.bulk}
}

// streamTransport is a stream of bytes; wire makes the descriptors.
type streamTransport struct {
	info Info
	wire func(Shape) (*Wires, error)
}

// streams returns a kind of stream in every manner.
func streams(name, title, family string, wire func(Shape) (*Wires, error)) []Transport {
	var all []Transport
	for _, m := range manners {
		all = append(all, &streamTransport{m.info(name, title, family), wire})
	}
	return all
}

func (t *streamTransport) Info() Info                   { return t.info }
func (t *streamTransport) Wire(s Shape) (*Wires, error) { return t.wire(s) }

func (t *streamTransport) Sender(e *End) (Sender, error) {
	if err := setNonblock(t.info.Spins, e.Out...); err != nil {
		return nil, err
	}
	switch {
	case t.info.Bulk:
		return &streamGatherer{e: e, buffer: make([]byte, 0, bulk)}, nil
	case t.info.Batches:
		return &streamBatcher{e: e}, nil
	}
	return &streamSender{e}, nil
}

func (t *streamTransport) Receiver(e *End) (Receiver, error) {
	if err := setNonblock(t.info.Spins, e.In); err != nil {
		return nil, err
	}
	room := e.Size
	if t.info.Batches {
		room = max(bulk, e.Size)
	}
	return &streamReceiver{fd: e.In, size: e.Size, buffer: make([]byte, room)}, nil
}

func setNonblock(spins bool, fds ...int) error {
	for _, fd := range fds {
		if err := unix.SetNonblock(fd, spins); err != nil {
			return err
		}
	}
	return nil
}

// streamSender writes one message at a time.
type streamSender struct{ e *End }

func (s *streamSender) Send(from, to uint64) error {
	for message := range s.e.Messages.Made(from, to) {
		for _, fd := range s.e.Out {
			if err := writeAll(fd, message); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *streamSender) Flush() error { return nil }
func (s *streamSender) Close() error { return closeOut(s.e) }

func writeAll(fd int, p []byte) error {
	for len(p) > 0 {
		n, err := write(fd, p)
		if err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// closeOut ends what this party sends and lets it go on reading.
func closeOut(e *End) error {
	for _, fd := range e.Out {
		if err := unix.Shutdown(fd, unix.SHUT_WR); err != nil {
			unix.Close(fd) // a pipe
		}
	}
	return nil
}

// streamReceiver visits the whole messages that a read has brought.
type streamReceiver struct {
	fd, size int
	buffer   []byte
	have     int // bytes in buffer
	seq      uint64
}

func (r *streamReceiver) Receive(v *Visitor) error {
	for r.have < r.size {
		n, err := read(r.fd, r.buffer[r.have:])
		if err != nil {
			return err
		}
		if n == 0 {
			return endOfStream(r.have)
		}
		r.have += n
	}
	at := 0
	for ; at+r.size <= r.have; at += r.size {
		v.Visit(r.seq, r.buffer[at:at+r.size])
		r.seq++
	}
	r.have = copy(r.buffer, r.buffer[at:r.have])
	return nil
}

func endOfStream(have int) error {
	if have > 0 {
		return io.ErrUnexpectedEOF
	}
	return io.EOF
}

func (r *streamReceiver) Close() error { return unix.Close(r.fd) }
