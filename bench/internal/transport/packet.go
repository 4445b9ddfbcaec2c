//go:build linux

package transport

import (
	"fmt"
	"io"

	"golang.org/x/sys/unix"
)

// Sockets that keep the bounds of messages: Unix seqpacket and datagram. A message of no bytes ends the stream.

// packetTransport is a socket of packets, of the given kind.
type packetTransport struct {
	info Info
	kind int
}

func packets(name, title string, kind int) []Transport {
	var all []Transport
	for _, m := range manners {
		if !m.bulk {
			all = append(all, &packetTransport{m.info(name, title, "unix"), kind})
		}
	}
	return all
}

func (t *packetTransport) Info() Info                   { return t.info }
func (t *packetTransport) Wire(s Shape) (*Wires, error) { return socketPairs(t.kind, s) }

func (t *packetTransport) Sender(e *End) (Sender, error) {
	if err := setNonblock(t.info.Spins, e.Out...); err != nil {
		return nil, err
	}
	if t.info.Batches {
		return newPacketBatcher(e), nil
	}
	return &packetSender{e}, nil
}

func (t *packetTransport) Receiver(e *End) (Receiver, error) {
	if err := setNonblock(t.info.Spins, e.In); err != nil {
		return nil, err
	}
	if t.info.Batches {
		return newPacketCollector(e), nil
	}
	return &packetReceiver{fd: e.In, buffer: make([]byte, e.Size)}, nil
}

// packetSender sends one message with each system call.
type packetSender struct{ e *End }

func (s *packetSender) Send(from, to uint64) error {
	for message := range s.e.Messages.Made(from, to) {
		for _, fd := range s.e.Out {
			if _, err := write(fd, message); err != nil {
				return tooLong(err, s.e.Size)
			}
		}
	}
	return nil
}

func (s *packetSender) Flush() error { return nil }
func (s *packetSender) Close() error { return endPackets(s.e) }

// tooLong explains the error that large packets meet.
func tooLong(err error, size int) error {
	if err == unix.EMSGSIZE {
		return fmt.Errorf("a packet of %d bytes exceeds the largest send buffer (net.core.wmem_max): %w", size, err)
	}
	return err
}

func endPackets(e *End) error {
	for _, fd := range e.Out {
		if _, err := write(fd, nil); err != nil && err != unix.EPIPE {
			return err
		}
	}
	return nil
}

// packetReceiver takes one message with each system call.
type packetReceiver struct {
	fd     int
	buffer []byte
	seq    uint64
}

func (r *packetReceiver) Receive(v *Visitor) error {
	n, err := read(r.fd, r.buffer)
	if err != nil {
		return err
	}
	if n == 0 {
		return io.EOF
	}
	v.Visit(r.seq, r.buffer[:n])
	r.seq++
	return nil
}

func (r *packetReceiver) Close() error { return unix.Close(r.fd) }
