//go:build linux

package transport

import "golang.org/x/sys/unix"

// seqpackets are Unix sockets that keep messages whole and in order, with a connection.
func seqpackets() []Transport {
	return packets("unix-seqpacket", "Unix seqpacket", unix.SOCK_SEQPACKET)
}
