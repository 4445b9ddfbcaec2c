//go:build linux

package transport

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// natsTransport is a NATS server embedded in the producer, over loopback. Core NATS drops messages for consumers that fall
// behind, so the producer keeps no more than the buffer's worth in flight: each consumer says how far it is.
type natsTransport struct{}

func natsServers() []Transport { return []Transport{natsTransport{}} }

func (natsTransport) Info() Info {
	return Info{Name: "nats", Title: "NATS server, embedded", Family: "other", Free: true}
}

func (natsTransport) Wire(s Shape) (*Wires, error) {
	return &Wires{Parties: make([]Wire, 1+s.Consumers)}, nil
}

func subject(party int) string { return fmt.Sprint("stream.", party) }
func credit(party int) string  { return fmt.Sprint("credit.", party) }

func (natsTransport) Sender(e *End) (Sender, error) {
	s := &natsSender{end: e, address: e.Address}
	if e.Party == 0 {
		if err := s.serve(); err != nil {
			return nil, err
		}
	}
	var err error
	if s.conn, err = nats.Connect(s.address); err != nil {
		return nil, err
	}
	s.credits = make(chan *nats.Msg, 64*(1+e.Consumers))
	if _, err := s.conn.ChanSubscribe(credit(e.Party), s.credits); err != nil {
		return nil, err
	}
	s.consumers = e.Consumers
	return s, s.conn.Flush()
}

func (natsTransport) Receiver(e *End) (Receiver, error) {
	conn, err := nats.Connect(e.Address)
	if err != nil {
		return nil, err
	}
	r := &natsReceiver{end: e, conn: conn, messages: make(chan *nats.Msg, 2*e.Depth()+64)}
	if r.subscription, err = conn.ChanSubscribe(subject(e.From()), r.messages); err != nil {
		return nil, err
	}
	r.subscription.SetPendingLimits(-1, -1)
	return r, conn.Flush()
}

type natsSender struct {
	end       *End
	address   string
	server    *server.Server
	conn      *nats.Conn
	consumers int
	credits   chan *nats.Msg
	returned  int // half windows that consumers have read, of all together
	sent      uint64
}

func (s *natsSender) Address() string { return s.address }

// serve starts the server in this process.
func (s *natsSender) serve() (err error) {
	options := &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
		MaxPayload: 64 << 20, MaxPending: 256 << 20,
	}
	if s.server, err = server.NewServer(options); err != nil {
		return err
	}
	go s.server.Start()
	if !s.server.ReadyForConnections(time.Minute) {
		return errors.New("the server did not start within a minute")
	}
	s.address = s.server.ClientURL()
	s.end.Address = s.address
	return nil
}

func (s *natsSender) Send(from, to uint64) error {
	half := uint64(s.end.Depth() / 2)
	for message := range s.end.Messages.Ready(from, to) {
		if s.sent++; s.sent%half == 0 {
			// Of the half windows sent, all but the last two must have been read by all.
			for need := (int(s.sent/half) - 2) * s.consumers; s.returned < need; s.returned++ {
				<-s.credits
			}
		}
		if err := s.conn.Publish(subject(s.end.Party), message); err != nil {
			return err
		}
	}
	return nil
}

func (s *natsSender) Flush() error { return nil }

// Close ends the stream. The server stays until the process ends.
func (s *natsSender) Close() error {
	if err := s.conn.Publish(subject(s.end.Party), nil); err != nil {
		return err
	}
	return s.conn.Flush()
}

type natsReceiver struct {
	end          *End
	conn         *nats.Conn
	subscription *nats.Subscription
	messages     chan *nats.Msg
	seq          uint64
}

func (r *natsReceiver) Receive(v *Visitor) error {
	m := <-r.messages
	if len(m.Data) == 0 {
		return io.EOF
	}
	v.Visit(r.seq, m.Data)
	if r.seq++; r.seq%uint64(r.end.Depth()/2) == 0 {
		return r.conn.Publish(credit(r.end.From()), nil)
	}
	return nil
}

func (r *natsReceiver) Close() error {
	r.conn.Close()
	return nil
}
