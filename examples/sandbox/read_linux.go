package main

import (
	"context"
	"fmt"
	"io"

	"github.com/mmring/mmring/ring"
	"golang.org/x/sys/unix"
)

// read is the child, confined.
func read(out io.Writer) error {
	have, err := confinement()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "child:", have)
	stream, heads, err := receive(3)
	if err != nil {
		return err
	}
	consumer, err := ring.OpenFiles(stream, heads, ring.ConsumerOptions{Lossless: true})
	if err != nil {
		return err
	}
	defer consumer.Close()
	for message, err := range consumer.All(context.Background()) {
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "child: %d %s\n", message.Seq, message.Payload)
	}
	return tamper(out, stream, heads)
}

// receive takes the two descriptors that come with a message.
func receive(socket int) (stream, heads int, err error) {
	text, rights := make([]byte, 4), make([]byte, unix.CmsgSpace(2*4))
	_, n, _, _, err := unix.Recvmsg(socket, text, rights, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, 0, fmt.Errorf("receive: %w", err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		return 0, 0, fmt.Errorf("receive: %d control messages (%v), expected 1", len(messages), err)
	}
	files, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(files) != 2 {
		return 0, 0, fmt.Errorf("receive: %d descriptors (%v), expected 2", len(files), err)
	}
	return files[0], files[1], nil
}

// tamper tries to do harm with what was received, and fails if it can.
func tamper(out io.Writer, stream, heads int) error {
	again, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", stream), unix.O_RDWR, 0)
	if err != nil {
		again = stream // not even that
	}
	writable := func(fd int) error {
		_, err := unix.Mmap(fd, 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		return err
	}
	_, write := unix.Pwrite(again, []byte("x"), 0)
	for _, attempt := range []struct {
		what string
		err  error
	}{
		{"map the stream to write", writable(stream)},
		{"map it to write, opened anew", writable(again)},
		{"write to it", write},
		{"truncate it", unix.Ftruncate(again, 0)},
		{"truncate the heads", unix.Ftruncate(heads, 0)},
	} {
		if attempt.err == nil {
			return fmt.Errorf("child: it could %s", attempt.what)
		}
		fmt.Fprintf(out, "child: cannot %s: %v\n", attempt.what, attempt.err)
	}
	return nil
}
