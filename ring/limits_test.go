package ring

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	roles["limited"] = func(a arguments) error {
		resource, what := unix.RLIMIT_NOFILE, a.text(1)
		limit := unix.Rlimit{Cur: 5, Max: 5}
		if what == "memory" {
			var pages uint64 // of addresses in use
			text, err := os.ReadFile("/proc/self/statm")
			if _, err2 := fmt.Sscan(string(text), &pages); err != nil || err2 != nil {
				return errors.Join(err, err2)
			}
			limit.Cur = pages*uint64(os.Getpagesize()) + 48<<20
			resource, limit.Max = unix.RLIMIT_AS, limit.Cur
		}
		if err := unix.Setrlimit(resource, &limit); err != nil {
			return err
		}
		_, err := Open(a.text(0), ConsumerOptions{Lossless: true})
		fmt.Println(err != nil)
		return nil
	}
	roles["publish many"] = func(a arguments) error {
		p, err := Create(a.text(0), Options{})
		if err != nil {
			return err
		}
		a.wait("ready")
		for range a.number(1) {
			if err := p.Publish(0, nil); err != nil {
				return err
			}
		}
		a.wait("done")
		return nil
	}
}

// Are too few descriptors, or too few addresses, an error from Open, which leaves no gate behind?
func TestLimitsAreErrors(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 32 << 20}) // mapped twice it is more than is left; containers have a /dev/shm of 64 MiB
	publishTexts(t, p, "one")
	for _, what := range []string{"descriptors", "memory"} {
		child := startChild(t, "limited", path, what)
		line := child.line()
		child.succeed()
		if line != "true" {
			t.Errorf("with few %s Open says %q", what, line)
		}
	}
	c, err := p.Consumers()
	check(t, err)
	equal(t, "consumers left", c, 0)
}

// Does a producer make no system call for each message while nobody sleeps? Threads of the Go runtime make some of their own.
func TestNoSystemCallPerMessage(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil || raceDetector {
		t.Skip("no strace")
	}
	path := ringPath(t)
	check(t, produce(t, path, Options{}).Close())
	consume(t, path, ConsumerOptions{}) // there, and not asleep
	c := newChild(t, "publish many", path, 200000)
	c.cmd.Args = append([]string{strace, "-f", "-e", "trace=futex,membarrier,fcntl,write", "-o", path + ".trace", c.cmd.Path}, c.cmd.Args[1:]...)
	c.cmd.Path = strace
	c.start()
	if line := c.line(); line != "ready" {
		t.Skipf("strace does not work here: %q", line)
	}
	c.tell("go")
	c.expect("done")
	c.tell("end")
	c.succeed()
	text, err := os.ReadFile(path + ".trace")
	check(t, err)
	if n := strings.Count(string(text), "\n"); n > 20000 {
		t.Errorf("%d system calls for 200000 messages", n)
	} else {
		t.Logf("%d system calls for 200000 messages", n)
	}
	equal(t, "wake-ups", snapshot(t, path).Wakeups < 10, true)
}

// Does a lossless consumer in another pid namespace, where pids repeat, gate while it lives and not after?
func TestConsumerInAnotherPidNamespace(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	publishTexts(t, p, "zero")
	child := newChild(t, "join and pause", path, "joined", "ann")
	child.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID}
	stdin, err := child.cmd.StdinPipe()
	check(t, err)
	child.stdin = stdin
	out, err := child.cmd.StdoutPipe()
	check(t, err)
	if err := child.cmd.Start(); err != nil {
		t.Skip("no namespaces: ", err)
	}
	t.Cleanup(func() { child.cmd.Process.Kill(); child.cmd.Wait() })
	child.scan(out)
	child.expect("here")
	equal(t, "its pid, as it says", snapshot(t, path).Consumers[0].PID, 1)
	full(t, p)
	want(t, p.TryPublish(0, make([]byte, 100)), ErrFull)
	child.kill(true)
	check(t, p.Publish(0, make([]byte, 100)))
	equal(t, "freed", p.Stats().Freed, 1)
}
