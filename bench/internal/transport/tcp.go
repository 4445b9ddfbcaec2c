//go:build linux

package transport

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// tcps are TCP connections over loopback, without Nagle's delay.
func tcps() []Transport { return twins(streams("tcp", "TCP loopback", "tcp", wireTCP)) }

func wireTCP(s Shape) (*Wires, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	return connect(s, func() (pair [2]*os.File, err error) {
		dialled, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			return pair, err
		}
		defer dialled.Close()
		accepted, err := listener.Accept()
		if err != nil {
			return pair, err
		}
		defer accepted.Close()
		for i, c := range []net.Conn{dialled, accepted} {
			if pair[i], err = c.(*net.TCPConn).File(); err != nil {
				return pair, err
			}
			fd := int(pair[i].Fd())
			setBuffers(fd, s)
			unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		}
		return pair, nil
	})
}
