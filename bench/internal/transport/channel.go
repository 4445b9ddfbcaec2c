//go:build linux

package transport

import (
	"io"
	"sync"
)

// channelTransport is a Go channel between goroutines of one process. It hands over references, not bytes: a bound on
// what one process can do, not a rival.
type channelTransport struct{}

func channels() []Transport { return []Transport{channelTransport{}} }

func (channelTransport) Info() Info {
	return Info{Name: "chan", Title: "Go channel, one process", Family: "other", OneProcess: true, Free: true}
}

func (channelTransport) Wire(s Shape) (*Wires, error) {
	return &Wires{Parties: make([]Wire, 1+s.Consumers)}, nil
}

// pool is the channels of this process, by the party that receives from each.
var pool = struct {
	sync.Mutex
	channels map[int]chan []byte
}{channels: map[int]chan []byte{}}

func channelTo(party int, s Shape) chan []byte {
	pool.Lock()
	defer pool.Unlock()
	if pool.channels[party] == nil {
		pool.channels[party] = make(chan []byte, s.Depth())
	}
	return pool.channels[party]
}

func (channelTransport) Sender(e *End) (Sender, error) {
	s := &channelSender{messages: e.Messages}
	if e.Party != 0 {
		s.to = []chan []byte{channelTo(0, e.Shape)}
		return s, nil
	}
	for party := 1; party <= e.Consumers; party++ {
		s.to = append(s.to, channelTo(party, e.Shape))
	}
	return s, nil
}

func (channelTransport) Receiver(e *End) (Receiver, error) {
	return &channelReceiver{from: channelTo(e.Party, e.Shape)}, nil
}

type channelSender struct {
	messages *Messages
	to       []chan []byte
}

func (s *channelSender) Send(from, to uint64) error {
	for message := range s.messages.Ready(from, to) {
		for _, c := range s.to {
			c <- message
		}
	}
	return nil
}

func (s *channelSender) Flush() error { return nil }

func (s *channelSender) Close() error {
	for _, c := range s.to {
		close(c)
	}
	return nil
}

type channelReceiver struct {
	from chan []byte
	seq  uint64
}

func (r *channelReceiver) Receive(v *Visitor) error {
	message, ok := <-r.from
	if !ok {
		return io.EOF
	}
	v.Visit(r.seq, message)
	r.seq++
	return nil
}

func (r *channelReceiver) Close() error { return nil }
