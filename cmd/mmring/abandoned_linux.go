package main

import (
	"context"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// whileRead returns a context that is done as soon as nobody reads out any more, if it is a pipe or a socket. Its cause is EPIPE then. A
// write would tell too, but there may be nothing to write for a long time, and a lossless consumer holds the ring up meanwhile.
func whileRead(ctx context.Context, out io.Writer) context.Context {
	f, ok := out.(*os.File)
	if !ok {
		return ctx
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return ctx
	}
	ctx, abandon := context.WithCancelCause(ctx)
	go func() {
		awaitAbandoned(int(f.Fd()))
		abandon(syscall.EPIPE)
	}()
	return ctx
}

// awaitAbandoned sleeps until the other end of a descriptor is closed.
func awaitAbandoned(fd int) {
	watched := []unix.PollFd{{Fd: int32(fd)}} // no events: errors and hang-ups are told unasked
	for {
		if n, err := unix.Poll(watched, -1); n > 0 || err != unix.EINTR {
			return
		}
	}
}
