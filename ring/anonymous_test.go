package ring

import (
	"bytes"
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
	roles["tamper"] = func(arguments) error { // with what was inherited, by every way to write it
		for _, how := range []struct {
			flags, prot int
		}{{os.O_RDWR, unix.PROT_READ | unix.PROT_WRITE}, {os.O_RDONLY, unix.PROT_READ | unix.PROT_WRITE}} {
			f, err := os.OpenFile("/proc/self/fd/3", how.flags, 0)
			if err != nil {
				fmt.Println("refused")
				continue
			}
			_, err = unix.Mmap(int(f.Fd()), 0, 4096, how.prot, unix.MAP_SHARED)
			fmt.Println("refused:", err != nil)
			_, err = f.WriteAt([]byte("x"), dataOffset)
			fmt.Println("refused:", err != nil)
		}
		for _, fd := range []int{3, 4} {
			f, err := os.OpenFile(fmt.Sprint("/proc/self/fd/", fd), os.O_RDWR, 0)
			if err != nil {
				return err
			}
			fmt.Println("refused:", f.Truncate(0) != nil)
			_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_WRITE)
			fmt.Println("refused:", err != nil)
		}
		return nil
	}
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
				child.signal(unix.SIGSTOP)
				for stat := []byte{}; !bytes.Contains(stat, []byte(") T ")); { // it may run on for a moment
					var err error
					stat, err = os.ReadFile(fmt.Sprintf("/proc/%d/stat", child.cmd.Process.Pid))
					check(t, err)
				}
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
	for child.lines.Scan() {
		if s := child.lines.Text(); s != "refused" && s != "refused: true" {
			t.Errorf("child says %q", s)
		}
	}
	child.reap()
	c, err := OpenFiles(int(files[0].Fd()), int(files[1].Fd()), ConsumerOptions{Lossless: true})
	check(t, err)
	defer c.Close()
	equal(t, "messages", fmt.Sprint(texts(t, c)), "[one]")
	c.sleeper.lastLook = c.sleeper.lastLook.Add(-patience)
	check(t, c.look()) // a memfd has no links: it is not deleted
	if p.guard || c.guard {
		t.Error("sealed memory is guarded against faults")
	}
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
