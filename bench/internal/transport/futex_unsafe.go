//go:build linux

package transport

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// futexTransport is the least with which one process can put a message before another one that sleeps: the bytes in shared memory, a word
// that counts them, a system call to sleep on it and one to wake. It carries one message at a time and is safe from nothing.
type futexTransport struct{}

func futexes() []Transport { return []Transport{futexTransport{}} }

func (futexTransport) Info() Info {
	return Info{Name: "futex", Title: "bare futex, sleeping", Family: "other", Turns: true}
}

const (
	messageAt = 128        // behind the word, on other cache lines
	theEnd    = ^uint32(0) // the word, when nothing more comes
)

// Wire makes memory for each direction.
func (futexTransport) Wire(s Shape) (*Wires, error) {
	w := &Wires{Parties: make([]Wire, 2)}
	for from := range w.Parties {
		fd, err := unix.MemfdCreate("mmring-bench-futex", unix.MFD_CLOEXEC)
		if err != nil {
			w.Close()
			return nil, fmt.Errorf("memfd_create: %w", err)
		}
		f := os.NewFile(uintptr(fd), "memory")
		w.Parties[from].Out = []*os.File{f}
		w.Parties[1-from].In = f
		if err := f.Truncate(int64(messageAt + s.Size)); err != nil {
			w.Close()
			return nil, err
		}
	}
	return w, nil
}

func (futexTransport) Sender(e *End) (Sender, error) {
	memory, err := mapFutex(e.Out[0], e.Size)
	return &futexSender{futexMemory: memory, messages: e.Messages}, err
}

func (futexTransport) Receiver(e *End) (Receiver, error) {
	memory, err := mapFutex(e.In, e.Size)
	return &futexReceiver{futexMemory: memory}, err
}

// futexMemory is a word, and a message.
type futexMemory []byte

func mapFutex(fd, size int) (futexMemory, error) {
	return unix.Mmap(fd, 0, messageAt+size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

func (m futexMemory) word() *uint32 { return (*uint32)(unsafe.Pointer(unsafe.SliceData(m))) }

func (m futexMemory) Close() error { return unix.Munmap(m) }

const (
	futexWait = 0
	futexWake = 1
)

func (m futexMemory) futex(operation, value uintptr) {
	Calls++
	unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(m.word())), operation, value, 0, 0, 0)
}

type futexSender struct {
	futexMemory
	messages *Messages
	sent     uint32
}

func (s *futexSender) Send(from, to uint64) error {
	for message := range s.messages.Made(from, to) {
		copy(s.futexMemory[messageAt:], message)
		s.sent++
		s.tell(s.sent)
	}
	return nil
}

func (s *futexSender) tell(word uint32) {
	atomic.StoreUint32(s.word(), word)
	s.futex(futexWake, 1)
}

func (s *futexSender) Flush() error { return nil }

func (s *futexSender) Close() error {
	s.tell(theEnd)
	return s.futexMemory.Close()
}

type futexReceiver struct {
	futexMemory
	seen uint32
}

func (r *futexReceiver) Receive(v *Visitor) error {
	for {
		switch word := atomic.LoadUint32(r.word()); word {
		case theEnd:
			return io.EOF
		case r.seen:
			r.futex(futexWait, uintptr(word))
		default:
			v.Visit(uint64(r.seen), r.futexMemory[messageAt:])
			r.seen = word
			return nil
		}
	}
}
