//go:build linux

package transport

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/mmring/mmring/ring"
)

const (
	batch    = 16  // messages that the batching transports send at once
	pollMost = 256 // messages that are taken from a ring before the receiver looks at the time
)

// ringTransport is mmring itself.
type ringTransport struct {
	info  Info
	wait  ring.Wait
	claim bool // messages are made in the ring
	view  bool // and read in it
}

func rings() []Transport {
	family := func(name, title string, i Info) Info {
		i.Name, i.Title, i.Family = name, title, "ring"
		return i
	}
	return twins([]Transport{
		&ringTransport{info: family("ring", "ring, lossless", Info{})},
		&ringTransport{info: family("ring-spin", "ring, spinning", Info{Spins: true}), wait: ring.Spin},
		&ringTransport{info: family("ring-sleep", "ring, sleeping", Info{}), wait: ring.Sleep},
		&ringTransport{info: family("ring-lossy", "ring, lossy", Info{Lossy: true})},
		&ringTransport{info: family("ring-claim", "ring, claim in place", Info{}), claim: true},
		&ringTransport{
			info: family("ring-view", "ring, zero-copy, spinning", Info{Spins: true}),
			wait: ring.Spin, claim: true, view: true,
		},
		&sealedTransport{ringTransport{info: family("ring-sealed", "ring, sealed memory", Info{})}},
		&typedTransport{ringTransport{info: family("ring-typed", "ring, typed values", Info{Fixed: typedSize})}},
		&ringTransport{info: family("ring-batch", "ring, batches of 16", Info{Batches: true})},
		&ringTransport{info: family("ring-bulk", "ring, batches of 64 KiB", Info{Batches: true, Bulk: true})},
	})
}

func (t *ringTransport) Info() Info { return t.info }

// Wire names the two files that the senders will make, and removes them in the end.
func (t *ringTransport) Wire(s Shape) (*Wires, error) {
	directory := "/dev/shm"
	if _, err := os.Stat(directory); err != nil {
		directory = os.TempDir()
	}
	w := &Wires{Name: filepath.Join(directory, fmt.Sprintf("mmring-bench-%d-%x", os.Getpid(), rand.Uint32()))}
	w.Parties = make([]Wire, 1+s.Consumers)
	w.clean = func() {
		for party := range 2 {
			ring.Remove(ringPath(w.Name, party))
		}
	}
	return w, nil
}

func ringPath(name string, party int) string { return fmt.Sprint(name, "-", party) }

// capacity of a ring is as large as every transport's buffers. It takes messages of a little under half of that.
func capacity(e *End) int { return max(e.Buffer, 4*e.Size) }

func (t *ringTransport) Sender(e *End) (Sender, error) {
	p, err := ring.Create(ringPath(e.Name, e.Party), ring.Options{Capacity: capacity(e), Wait: t.wait})
	if err != nil {
		return nil, err
	}
	s := ringSender{p, e.Messages}
	switch {
	case t.claim:
		return &ringClaimer{s}, nil
	case t.info.Bulk:
		return &ringBatcher{ringSender: s, most: max(bulk/e.Size, 1)}, nil
	case t.info.Batches:
		return &ringBatcher{ringSender: s, most: batch}, nil
	}
	return &s, nil
}

func (t *ringTransport) options() ring.ConsumerOptions {
	return ring.ConsumerOptions{Lossless: !t.info.Lossy, Wait: t.wait, RequireProducer: true, From: ring.Latest()}
}

func (t *ringTransport) Receiver(e *End) (Receiver, error) {
	c, err := ring.Open(ringPath(e.Name, e.From()), t.options())
	if err != nil {
		return nil, err
	}
	r := newRingReceiver(c, e.Duplex)
	switch {
	case t.view:
		return newRingViewer(r), nil
	case t.info.Batches:
		return newRingPoller(r), nil
	}
	return r, nil
}
