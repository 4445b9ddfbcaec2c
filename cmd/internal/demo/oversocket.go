package demo

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"time"
)

// sendOverSocket is the producer process: one write to each consumer for each message.
func sendOverSocket(ctx context.Context, p *Part, tell func(told)) (sent, error) {
	connections, err := accept(ctx, p.socketPath(), p.Consumers)
	defer func() {
		for _, c := range connections {
			c.Close()
		}
	}()
	if err != nil {
		return sent{}, err
	}
	s := newSender(p.Size, func(message []byte) error {
		for _, c := range connections {
			if _, err := c.Write(message); err != nil {
				return err
			}
		}
		return nil
	})
	defer p.showing(s.progress, tell)()
	err = s.run(p.Full, p.Paced)
	return s.sent, err
}

// accept waits for n consumers to connect.
func accept(ctx context.Context, path string, n int) (connections []net.Conn, err error) {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	for len(connections) < n {
		c, err := listener.Accept()
		if err != nil {
			return connections, err
		}
		connections = append(connections, c)
	}
	return connections, nil
}

// receiveOverSocket is a consumer process. It reads as much at a time as there is, which is the best a socket can do.
func receiveOverSocket(ctx context.Context, p *Part, tell func(told)) (received, error) {
	connection, err := dial(ctx, p.socketPath())
	if err != nil {
		return received{}, err
	}
	defer connection.Close()
	r := newReceiver()
	defer p.showing(r.progress, tell)()
	in := bufio.NewReaderSize(connection, max(64<<10, p.Size))
	for {
		message, err := in.Peek(p.Size)
		if err == io.EOF && len(message) == 0 {
			return r.result(), nil
		}
		if err != nil {
			return received{}, err
		}
		r.take(message)
		in.Discard(p.Size)
	}
}

// dial connects to a socket as soon as it is there.
func dial(ctx context.Context, path string) (net.Conn, error) {
	var dialer net.Dialer
	for {
		c, err := dialer.DialContext(ctx, "unix", path)
		if err == nil {
			return c, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(err, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (p *Part) socketPath() string { return filepath.Join(p.Dir, "socket") }
