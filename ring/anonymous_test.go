package ring

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	roles["inherit"] = func(a arguments) error {
		heads := 4
		if a.text(0) == "stream only" {
			heads = -1
		}
		c, err := OpenFiles(3, heads, ConsumerOptions{Lossless: a.text(0) == "lossless"})
		if err != nil {
			return err
		}
		unix.Close(3)
		unix.Close(4)
		for m, err := range c.All(patientChild()) {
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", m.Payload)
		}
		return c.Close()
	}
	roles["tamper"] = func(arguments) error {
		if done := tamper(3, 4); len(done) > 0 {
			return fmt.Errorf("it could %v", done)
		}
		return nil
	}
}

// tamper tries every way to write a stream, to cut off either file, or to keep others out, with descriptors that were handed over, and
// returns what it could do.
func tamper(stream, heads int) (could []string) {
	try := func(what string, err error) {
		if err == nil {
			could = append(could, what)
		}
	}
	tamperStream(stream, "", try)
	for flags, how := range map[int]string{unix.O_RDONLY: ", reopened", unix.O_RDWR: ", reopened to write"} {
		if fd, err := unix.Open(fmt.Sprint("/proc/self/fd/", stream), flags, 0); err == nil {
			tamperStream(fd, how, try)
			unix.Close(fd)
		}
	}
	for what, fd := range map[string]int{"stream": stream, "heads": heads} {
		if again, err := unix.Open(fmt.Sprint("/proc/self/fd/", fd), unix.O_RDWR, 0); err == nil {
			try("truncate the "+what, unix.Ftruncate(again, 0))
			try("grow the "+what, unix.Ftruncate(again, 1<<30))
			for seal, how := range map[int]string{unix.F_SEAL_WRITE: "writing", unix.F_SEAL_FUTURE_WRITE: "those who come later"} {
				_, err = unix.FcntlInt(uintptr(again), unix.F_ADD_SEALS, seal)
				try("seal the "+what+" against "+how, err)
			}
			unix.Close(again)
		}
	}
	return could
}

func tamperStream(fd int, how string, try func(what string, err error)) {
	const both = unix.PROT_READ | unix.PROT_WRITE
	_, err := unix.Mmap(fd, 0, pageSize, both, unix.MAP_SHARED)
	try("map the stream to write"+how, err)
	if mem, err := unix.Mmap(fd, 0, pageSize, unix.PROT_READ, unix.MAP_SHARED); err == nil {
		try("make a mapping of the stream writable"+how, unix.Mprotect(mem, both))
		unix.Munmap(mem)
	}
	_, err = unix.Pwrite(fd, []byte("x"), dataOffset)
	try("write to the stream"+how, err)
	try("truncate the stream"+how, unix.Ftruncate(fd, 0))
	try("punch a hole into the stream"+how, unix.Fallocate(fd, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, pageSize))
}

func anonymous(t *testing.T, o Options) (*Producer, []*os.File) {
	t.Helper()
	p, err := CreateAnonymous(o)
	check(t, err)
	t.Cleanup(func() { p.Close() })
	files, err := p.Files()
	check(t, err)
	t.Cleanup(func() {
		for _, f := range files {
			f.Close()
		}
	})
	return p, files
}

// Does a child read a ring it inherits, lossless, lossy, and with the stream alone; and is its gate its own? (H39)
func TestH39ChildInheritsARing(t *testing.T) {
	for _, how := range []string{"lossless", "lossy", "stream only"} {
		t.Run(how, func(t *testing.T) {
			p, files := anonymous(t, Options{Capacity: 4096})
			child := newChild(t, "inherit", how)
			if child.cmd.ExtraFiles = files; how == "stream only" {
				child.cmd.ExtraFiles = files[:1]
			}
			child.start()
			if how != "stream only" {
				check(t, p.WaitConsumers(patient(t), 1))
			}
			publishTexts(t, p, "one", "two")
			child.expect("one")
			child.expect("two")
			if how == "lossless" {
				child.stop()
				full(t, p)
				for range 3 { // its lock is not the parent's: it lives
					want(t, p.TryPublish(0, []byte("filler")), ErrFull)
				}
				child.kill(false) // and goes with it, though the parent still has the description it passed
				publishTexts(t, p, "after")
				equal(t, "freed", p.Stats().Freed, 1)
				child.reap()
				return
			}
			check(t, p.Close())
			child.succeed()
		})
	}
}

// Can whoever has an anonymous ring's files write the stream, cut either off, or keep others out? (H44)
func TestH44AnonymousRingIsSealed(t *testing.T) {
	p, files := anonymous(t, Options{})
	publishTexts(t, p, "one")
	child := newChild(t, "tamper")
	child.cmd.ExtraFiles = files
	child.start()
	child.succeed()
	c, err := OpenFiles(int(files[0].Fd()), int(files[1].Fd()), ConsumerOptions{Lossless: true})
	check(t, err)
	defer c.Close()
	equal(t, "messages", fmt.Sprint(texts(t, c)), "[one]")
	c.sleeper.lastLook = c.sleeper.lastLook.Add(-patience)
	check(t, c.look()) // a memfd has no links: it is not deleted
}

// Do files that came over a Unix socket make a lossless consumer whose gate is its own, and can whoever received them do no more
// than that, also by opening them again?
func TestSealedRingOverASocket(t *testing.T) {
	p, files := anonymous(t, Options{Capacity: 4096})
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	check(t, err)
	defer unix.Close(ends[0])
	defer unix.Close(ends[1])
	check(t, unix.Sendmsg(ends[0], []byte("ring"), unix.UnixRights(int(files[0].Fd()), int(files[1].Fd())), nil, 0))
	for _, f := range files {
		check(t, f.Close())
	}
	text, rights := make([]byte, 4), make([]byte, unix.CmsgSpace(2*4))
	_, n, _, _, err := unix.Recvmsg(ends[1], text, rights, unix.MSG_CMSG_CLOEXEC)
	check(t, err)
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	check(t, err)
	received, err := unix.ParseUnixRights(&messages[0])
	check(t, err)
	equal(t, "received", len(received), 2)
	publishTexts(t, p, "one", "two")
	c, err := OpenFiles(received[0], received[1], ConsumerOptions{Lossless: true})
	check(t, err)
	full(t, p)
	equal(t, "what it could do", fmt.Sprint(tamper(received[0], received[1])), "[]")
	want(t, p.TryPublish(0, make([]byte, 100)), ErrFull)
	unix.Close(received[0])
	unix.Close(received[1])
	equal(t, "messages", fmt.Sprint(texts(t, c)[:2]), "[one two]")
	check(t, c.Close())
	check(t, p.TryPublish(0, make([]byte, 100)))
}

// Do typed rings go the same way?
func TestAnonymousTypedRing(t *testing.T) {
	p, err := CreateAnonymousOf[point](Options{})
	check(t, err)
	defer p.Close()
	files, err := p.Files()
	check(t, err)
	c, err := OpenFilesOf[point](int(files[0].Fd()), int(files[1].Fd()), ConsumerOptions{})
	check(t, err)
	defer c.Close()
	for _, f := range files {
		check(t, f.Close())
	}
	check(t, p.Publish(0, point{3, 4}))
	m, err := c.TryNext()
	check(t, err)
	equal(t, "value", m.Value, point{3, 4})
	_, err = OpenFiles(-1, -1, ConsumerOptions{})
	if err == nil {
		t.Error("no descriptor is no error")
	}
	null, err := os.Open(os.DevNull)
	check(t, err)
	defer null.Close()
	_, err = OpenFiles(int(null.Fd()), -1, ConsumerOptions{})
	if err == nil {
		t.Error("a device is no error")
	}
}

// Does a ring die with a fork's parent, or does a child that was only forked, and runs something else, keep its locks? (H40)
func TestH40ChildrenKeepNoLock(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	sleep := exec.Command("sleep", "1000")
	check(t, sleep.Start())
	defer func() { sleep.Process.Kill(); sleep.Wait() }()
	check(t, p.Close())
	check(t, produce(t, path, Options{}).Close())
}
