//go:build linux

package ring

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func init() {
	// Signals that a handler must be run for; SIGURG the runtime handles by itself.
	hear := func() { signal.Notify(make(chan os.Signal, 1), unix.SIGALRM, unix.SIGUSR1) }
	roles["sleep in a storm"] = func(a arguments) error { hear(); return roles["sleep"](a) }
	roles["produce in a storm"] = func(a arguments) error { hear(); return produceScript(a) }
}

// Do signals at thousands a second, to every thread of a producer and of consumers that sleep, cost a message or an error? Each of them
// interrupts whatever system call it meets.
func TestSignalStorm(t *testing.T) {
	path := ringPath(t)
	check(t, produce(t, path, Options{Capacity: 4096}).Close())
	c := consume(t, path, ConsumerOptions{Lossless: true, Wait: Sleep})
	r := &reader{script: script{seed: 9, longest: c.maxPayload()}}
	signals, messages := uint64(0), uint64(0)
	const each = 20000
	for messages < 5*each || signals < 1000 { // one producer after the other
		ctx := patient(t)
		p := startChild(t, "produce in a storm", path, 9, messages+each, int(Sleep))
		p.expect(fmt.Sprint("from ", messages))
		stop, sent := storm(t, p.cmd.Process.Pid, os.Getpid())
		for messages += each; r.next < messages; {
			m, err := c.Next(ctx)
			check(t, r.take(t, m, err))
		}
		stop()
		p.succeed()
		signals += sent.Load()
	}
	equal(t, "lost", r.lost, 0)
	t.Logf("%d signals, %d messages", signals, messages)
}

// storm sends signals to every thread of the processes, as fast as it can, until stop is called.
func storm(t testing.TB, pids ...int) (stop func(), sent *atomic.Uint64) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, unix.SIGALRM, unix.SIGUSR1)
	var done atomic.Bool
	var wg sync.WaitGroup
	sent = new(atomic.Uint64)
	for _, pid := range pids {
		wg.Go(func() {
			for i := 0; !done.Load(); i++ {
				for _, task := range tasks(pid) {
					if unix.Tgkill(pid, task, []unix.Signal{unix.SIGURG, unix.SIGALRM, unix.SIGUSR1}[i%3]) == nil {
						sent.Add(1)
					}
				}
			}
		})
	}
	return func() { done.Store(true); wg.Wait(); signal.Stop(signals) }, sent
}

// tasks are a process's threads.
func tasks(pid int) (list []int) {
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			list = append(list, id)
		}
	}
	return list
}

// Do processes that are there go on when permissions are taken from their files, and are those that come refused with a word?
func TestPermissionsTaken(t *testing.T) {
	needsOthers(t)
	path := ringPath(t)
	check(t, os.Chmod(filepath.Dir(path), 0o755))
	p := produce(t, path, Options{Capacity: 4096, Perm: 0o644, HeadsPerm: 0o666})
	r := &reader{script: script{seed: 10, longest: 100}}
	c := consume(t, path, ConsumerOptions{Lossless: true, Name: "x"})
	stays := childOfNobody(t, "sleep", path)
	check(t, p.WaitConsumers(patient(t), 2))
	for _, name := range []string{path, headsPath(path, p.files.ringID)} {
		check(t, os.Chmod(name, 0))
	}
	for seq := range uint64(100) { // some laps
		publishScript(t, p, r.script, seq, seq+1)
		r.drain(t, c)
	}
	refused := childOfNobody(t, "open", path)
	if line := refused.line(); !strings.Contains(line, "permission denied") || !strings.Contains(line, path) {
		t.Errorf("one that comes says %q", line)
	}
	refused.succeed()
	check(t, p.Close())
	equal(t, "received", r.received, 100)
	said := 0
	for line := stays.line(); line != "end"; line = stays.line() {
		if said++; said > 10000 {
			t.Fatal("one that stays does not come to the end")
		}
	}
	stays.succeed()
}

func init() {
	roles["open"] = func(a arguments) error { // says how that went
		c, err := Open(a.text(0), ConsumerOptions{})
		if fmt.Println(err); err == nil {
			c.Close()
		}
		return nil
	}
}

// Are two consumers of which each is process 1, of its own namespace, two? Is one that comes with a dead one's pid the dead one?
func TestPidNamespaceWithTheSamePid(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	publishTexts(t, p, "zero")
	alone := func(name string) *child {
		c := newChild(t, "join and pause", path, "joined", name)
		c.cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}
		if err := c.begin(); err != nil {
			t.Skip("no namespaces: ", err)
		}
		c.expect("here")
		return c
	}
	ann, bob := alone("ann"), alone("bob")
	consumers := snapshot(t, path).Consumers
	equal(t, "pids", fmt.Sprint(consumers[0].PID, consumers[1].PID), "1 1")
	full(t, p)
	ann.kill(true)
	want(t, p.TryPublish(0, make([]byte, 100)), ErrFull) // bob still gates
	cid := alone("cid")                                  // in ann's pid, and perhaps her entry
	bob.kill(true)
	want(t, p.TryPublish(0, make([]byte, 100)), ErrFull) // cid gates, and holds the oldest
	cid.kill(false)
	check(t, p.Publish(0, make([]byte, 100)))
	cid.reap()
}
