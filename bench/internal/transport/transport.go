//go:build linux

// Package transport carries messages from a producer to its consumers in every way that the benchmark compares: one file
// for each, behind one small interface.
package transport

import "os"

// Transport is one way to carry messages between processes of one machine.
type Transport interface {
	Info() Info
	// Wire makes what the parties inherit. It is called in the parent.
	Wire(s Shape) (*Wires, error)
	// Sender makes an end that sends. It is called in the sending party, before any Receiver of the same link, and for
	// the producer before all others.
	Sender(e *End) (Sender, error)
	// Receiver makes an end that receives. Every sender exists by then.
	Receiver(e *End) (Receiver, error)
}

// Sender sends the messages of End.Messages by their number. Its process's one driver calls it.
type Sender interface {
	// Send sends messages from, from+1, and so on, up to but not including to, each to every consumer, waiting for space. A batching sender may
	// keep some until Flush.
	Send(from, to uint64) error
	// Flush sends what Send has kept.
	Flush() error
	// Close flushes and ends the stream: receivers read on to the end and then get io.EOF.
	Close() error
}

// Receiver receives one stream.
type Receiver interface {
	// Receive waits for messages and tells of those that one look brings: at least one, unless it fails. At the end of the stream it fails
	// with io.EOF, and may have told of messages before.
	Receive(v *Visitor) error
	Close() error
}

// Loser is a receiver that may lose messages and knows how many.
type Loser interface{ Lost() uint64 }

// Addresser is a sender that others can only find by its address.
type Addresser interface{ Address() string }

// Info describes a transport.
type Info struct {
	Name       string // as --only takes it
	Title      string
	Family     string // what it belongs to in plots: ring, unix, pipe, tcp, other
	Spins      bool   // it waits without ever sleeping, so each party needs a core
	Batches    bool   // it sends several messages at once: pointless where one message is answered before the next
	Lossy      bool
	Turns      bool   // it carries one message at a time, to one consumer: what it is for is to be answered
	OneProcess bool   // the parties are goroutines of one process
	Free       bool   // its parties are not pinned
	PinnedTwin string // the transport that differs from it in that alone; empty: none
	Bulk       bool   // it gathers small messages into large writes
	Fixed      int    // bytes of the only messages it carries; 0: any
}

// Shape is what a transport is asked to carry.
type Shape struct {
	Size      int // bytes of every message
	Consumers int
	Buffer    int  // bytes between two ends, where that can be set
	Duplex    bool // the one consumer answers
	Made      bool // each message is made before it is sent, as a program would, not only sent; in place where that is possible
}

// Depth is how many messages fit between two ends when the buffer is counted in messages.
func (s Shape) Depth() int { return min(max(s.Buffer/s.Size, 4), 16384) }

// Wires is what the parties inherit: one entry for each, the producer first.
type Wires struct {
	Name    string // known to all parties of this link and to nobody else
	Parties []Wire
	clean   func()
}

// Wire is one party's share of descriptors.
type Wire struct {
	Out []*os.File // to write to, one for each party it sends to
	In  *os.File   // to read from
}

// Close closes the parent's descriptors and removes what the parties left.
func (w *Wires) Close() {
	w.CloseFiles()
	if w.clean != nil {
		w.clean()
	}
}

// CloseFiles closes the parent's descriptors, once the parties have theirs.
func (w *Wires) CloseFiles() {
	for _, party := range w.Parties {
		for _, f := range party.Out {
			f.Close()
		}
		if party.In != nil {
			party.In.Close()
		}
	}
	w.Parties = nil
}

// End is what a party knows about its end of a link.
type End struct {
	Shape
	Name     string // as in Wires
	Party    int    // 0: the producer; the consumers count from 1
	Out      []int  // descriptors to write to
	In       int    // descriptor to read from
	Address  string // of the producer, if it is an Addresser
	Messages *Messages
}

// From is the party whose stream this end receives.
func (e *End) From() int {
	if e.Party == 0 {
		return 1
	}
	return 0
}

// All lists every transport in the order of the tables.
func All() []Transport {
	var all []Transport
	for _, family := range []func() []Transport{
		rings, unixStreams, seqpackets, dgrams, pipes, tcps, futexes, channels, natsServers,
	} {
		all = append(all, family()...)
	}
	return all
}

// ByName finds a transport, or returns nil.
func ByName(name string) Transport {
	for _, t := range All() {
		if t.Info().Name == name {
			return t
		}
	}
	return nil
}
