//go:build linux

package transport

import (
	"io"
	"net"
	"os"
)

// netTransport is a Unix stream through Go's net package, with its poller and scheduler: what a Go program has that does
// nothing special.
type netTransport struct {
	wire func(Shape) (*Wires, error)
}

func (t *netTransport) Info() Info {
	return Info{Name: "unix-net", Title: "Unix stream, Go net.Conn", Family: "unix"}
}

func (t *netTransport) Wire(s Shape) (*Wires, error) { return t.wire(s) }

func (t *netTransport) Sender(e *End) (Sender, error) {
	s := &netSender{messages: e.Messages}
	for _, fd := range e.Out {
		c, err := dup(fd)
		if err != nil {
			return nil, err
		}
		s.connections = append(s.connections, c)
	}
	return s, nil
}

func (t *netTransport) Receiver(e *End) (Receiver, error) {
	c, err := dup(e.In)
	if err != nil {
		return nil, err
	}
	return &netReceiver{Conn: c, buffer: make([]byte, e.Size)}, nil
}

// dup makes a connection of an inherited descriptor, which it closes.
func dup(fd int) (net.Conn, error) {
	f := os.NewFile(uintptr(fd), "socket")
	defer f.Close()
	return net.FileConn(f)
}

type netSender struct {
	messages    *Messages
	connections []net.Conn
}

func (s *netSender) Send(from, to uint64) error {
	for message := range s.messages.Ready(from, to) {
		for _, c := range s.connections {
			if _, err := c.Write(message); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *netSender) Flush() error { return nil }

func (s *netSender) Close() error {
	for _, c := range s.connections {
		if err := c.(*net.UnixConn).CloseWrite(); err != nil {
			return err
		}
	}
	return nil
}

type netReceiver struct {
	net.Conn
	buffer []byte
	seq    uint64
}

func (r *netReceiver) Receive(v *Visitor) error {
	if _, err := io.ReadFull(r.Conn, r.buffer); err != nil {
		return err
	}
	v.Visit(r.seq, r.buffer)
	r.seq++
	return nil
}
