//go:build linux

package transport

import "golang.org/x/sys/unix"

// dgrams are Unix datagram sockets. The kernel queues only net.unix.max_dgram_qlen of their messages (10, as a rule),
// whatever the buffer.
func dgrams() []Transport {
	return packets("unix-dgram", "Unix datagram", unix.SOCK_DGRAM)
}
