//go:build linux

package transport

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// pipes are pipes.
func pipes() []Transport { return twins(streams("pipe", "pipe", "pipe", wirePipes)) }

// wirePipes joins the producer to each consumer by a pipe, and by another one back where the consumer answers.
func wirePipes(s Shape) (*Wires, error) {
	w := &Wires{Parties: make([]Wire, 1+s.Consumers)}
	for i := 1; i <= s.Consumers; i++ {
		if err := joinByPipe(&w.Parties[0], &w.Parties[i], s); err != nil {
			w.Close()
			return nil, err
		}
		if s.Duplex {
			if err := joinByPipe(&w.Parties[i], &w.Parties[0], s); err != nil {
				w.Close()
				return nil, err
			}
		}
	}
	return w, nil
}

func joinByPipe(from, to *Wire, s Shape) error {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil { // not os.Pipe, which would have Go's poller watch it
		return fmt.Errorf("pipe: %w", err)
	}
	r, w := os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe")
	// More than fs.pipe-max-size needs privilege; 1 MiB is allowed to all.
	for size := max(s.Buffer, s.Size); size > 1<<16; size /= 2 {
		if _, err := unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, size); err == nil {
			break
		}
	}
	from.Out = append(from.Out, w)
	to.In = r
	return nil
}
