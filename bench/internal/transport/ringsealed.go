//go:build linux

package transport

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/ring"
)

// sealedTransport is a ring in sealed anonymous memory, which nobody can cut off. The producer hands its descriptors to the consumers over
// Unix sockets, which carry nothing else.
type sealedTransport struct{ ringTransport }

func (t *sealedTransport) Wire(s Shape) (*Wires, error) { return socketPairs(unix.SOCK_STREAM, s) }

func (t *sealedTransport) Sender(e *End) (Sender, error) {
	p, err := ring.CreateAnonymous(ring.Options{Capacity: capacity(e), Wait: t.wait})
	if err != nil {
		return nil, err
	}
	for _, fd := range e.Out {
		if err := handOver(p, fd); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	return &ringSender{p, e.Messages}, nil
}

// handOver sends a ring's files through a socket.
func handOver(p *ring.Producer, socket int) error {
	files, err := p.Files()
	if err != nil {
		return err
	}
	var fds []int
	for _, f := range files {
		defer f.Close()
		fds = append(fds, int(f.Fd()))
	}
	return os.NewSyscallError("sendmsg", unix.Sendmsg(socket, []byte{0}, unix.UnixRights(fds...), nil, 0))
}

func (t *sealedTransport) Receiver(e *End) (Receiver, error) {
	fds, err := takeOver(e.In)
	if err != nil {
		return nil, err
	}
	for _, fd := range fds {
		defer unix.Close(fd)
	}
	c, err := ring.OpenFiles(fds[0], fds[1], t.options())
	if err != nil {
		return nil, err
	}
	return newRingReceiver(c, e.Duplex), nil
}

// takeOver receives the two descriptors that handOver has sent.
func takeOver(socket int) ([]int, error) {
	var byteOfData [1]byte
	control := make([]byte, unix.CmsgSpace(2*4))
	_, n, _, _, err := unix.Recvmsg(socket, byteOfData[:], control, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("recvmsg", err)
	}
	messages, err := unix.ParseSocketControlMessage(control[:n])
	if err != nil || len(messages) != 1 {
		return nil, fmt.Errorf("the descriptors of the ring did not arrive: %d control messages, %v", len(messages), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err == nil && len(fds) != 2 {
		err = fmt.Errorf("%d descriptors arrived in the place of the ring's 2", len(fds))
	}
	return fds, err
}
