//go:build linux

package transport

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// unixStreams are Unix stream sockets, and the same through Go's net package, as most programs use them.
func unixStreams() []Transport {
	wire := func(s Shape) (*Wires, error) { return socketPairs(unix.SOCK_STREAM, s) }
	return append(twins(streams("unix-stream", "Unix stream", "unix", wire)), &netTransport{wire})
}

// socketPairs connects the producer to each consumer by a pair of Unix sockets.
func socketPairs(kind int, s Shape) (*Wires, error) {
	return connect(s, func() (pair [2]*os.File, err error) {
		fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return pair, fmt.Errorf("socketpair: %w", err)
		}
		for i, fd := range fds {
			setBuffers(fd, s)
			pair[i] = os.NewFile(uintptr(fd), "socket")
		}
		return pair, nil
	})
}

// connect joins the producer to each consumer by a pair of descriptors that carry both ways.
func connect(s Shape, pair func() ([2]*os.File, error)) (*Wires, error) {
	w := &Wires{Parties: make([]Wire, 1+s.Consumers)}
	for i := 1; i <= s.Consumers; i++ {
		files, err := pair()
		if err != nil {
			w.Close()
			return nil, err
		}
		producer, consumer := &w.Parties[0], &w.Parties[i]
		producer.Out = append(producer.Out, files[0])
		consumer.In = files[1]
		if s.Duplex {
			producer.In, consumer.Out = files[0], []*os.File{files[1]}
		}
	}
	return w, nil
}

// setBuffers asks for buffers as large as every transport's; a message that is larger must still fit. Where the privilege is
// missing the kernel grants less.
func setBuffers(fd int, s Shape) {
	size := max(s.Buffer, 2*s.Size)
	for plain, forced := range map[int]int{unix.SO_SNDBUF: unix.SO_SNDBUFFORCE, unix.SO_RCVBUF: unix.SO_RCVBUFFORCE} {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, forced, size) != nil {
			unix.SetsockoptInt(fd, unix.SOL_SOCKET, plain, size)
		}
	}
}
