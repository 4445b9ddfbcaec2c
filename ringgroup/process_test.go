//go:build linux

package ringgroup

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

const roleVariable = "MMRING_TEST_MEMBER"

func TestMain(m *testing.M) {
	if path := os.Getenv(roleVariable); path != "" {
		role := work
		if len(os.Args) > 1 {
			role = hold
		}
		if err := role(path); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// holds is how many messages a worker has in hand before it finishes the oldest.
const holds = 4

// work takes messages, says so before it finishes them, and goes on to the end.
func work(path string) error {
	m, err := Join(path, Options{Group: "g", Window: 256})
	if err != nil {
		return err
	}
	fmt.Println("joined")
	var hand []uint64
	finish := func() error {
		seq := hand[0]
		hand = hand[1:]
		fmt.Println("did", seq) // the work: it is out of the process before the message is finished
		return m.Done(seq)
	}
	for {
		msg, err := m.TryNext()
		if err == ring.ErrEmpty && len(hand) == 0 {
			msg, err = m.Next(context.Background())
		}
		switch {
		case err == ring.ErrEmpty, errors.Is(err, ErrUnfinished):
			err = finish()
		case err == nil && string(msg.Payload) != string(number(msg.Seq)):
			return fmt.Errorf("message %d is not what was sent", msg.Seq)
		case err == nil:
			if hand = append(hand, msg.Seq); len(hand) == holds {
				err = finish()
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	for len(hand) > 0 {
		if err := finish(); err != nil {
			return err
		}
	}
	fmt.Println("end")
	return m.Close()
}

// hold takes a message and keeps it until its standard input ends.
func hold(path string) error {
	m, err := Join(path, Options{Group: "g", Window: 256})
	if err != nil {
		return err
	}
	msg, err := m.Next(context.Background())
	if err != nil {
		return err
	}
	fmt.Println("has", msg.Seq)
	io.Copy(io.Discard, os.Stdin)
	return errors.Join(m.Done(msg.Seq), m.Close())
}

// ledger is what all workers said they did.
type ledger struct {
	mu  sync.Mutex
	did map[uint64]int
	bad []string
}

func (l *ledger) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var seq uint64
	if n, _ := fmt.Sscanf(line, "did %d", &seq); n == 1 {
		l.did[seq]++
	} else if strings.HasPrefix(line, "error") {
		l.bad = append(l.bad, line)
	}
}

// worker is a child that works; joined is closed when it says so.
type worker struct {
	cmd    *exec.Cmd
	joined chan struct{}
	ended  chan struct{}
}

// employ starts a worker. After killAfter lines it is killed, unless that is 0.
func employ(t *testing.T, path string, l *ledger, killAfter int) *worker {
	t.Helper()
	self, err := os.Executable()
	check(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleVariable+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	w := &worker{cmd: cmd, joined: make(chan struct{}), ended: make(chan struct{})}
	t.Cleanup(func() { cmd.Process.Kill(); <-w.ended })
	go func() {
		defer close(w.ended)
		lines := bufio.NewScanner(out)
		for n := 1; lines.Scan(); n++ {
			if l.add(lines.Text()); n == 1 {
				close(w.joined)
			}
			if n == killAfter {
				cmd.Process.Kill()
			}
		}
		cmd.Wait()
	}()
	return w
}

// Is every message finished exactly once when nobody is killed?
func TestProcessesShareTheMessages(t *testing.T) {
	const messages = 20_000
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 64 << 10})
	l := &ledger{did: map[uint64]int{}}
	workers := []*worker{employ(t, path, l, 0), employ(t, path, l, 0), employ(t, path, l, 0)}
	for _, w := range workers {
		<-w.joined
	}
	publish(t, p, 0, messages)
	check(t, p.Close())
	for _, w := range workers {
		<-w.ended
	}
	for n := range uint64(messages) {
		if l.did[n] != 1 {
			t.Fatalf("message %d was done %d times", n, l.did[n])
		}
	}
	equal(t, "errors", fmt.Sprint(l.bad), "[]")
	equal(t, "group", group(t, path).Stats, Stats{Delivered: messages, Done: messages})
}

// Is every message finished at least once, and none lost, when workers are killed at random and others take their slots?
func TestKilledProcessesLoseNothing(t *testing.T) {
	const kills = 60
	path := ringPath(t)
	p := produce(t, path, ring.Options{Capacity: 64 << 10})
	l := &ledger{did: map[uint64]int{}}
	witness := employ(t, path, l, 0) // one that nobody kills
	<-witness.joined
	seed := rand.Uint64()
	t.Log("seed ", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	stop, published := make(chan struct{}), make(chan uint64)
	go func() {
		defer close(published)
		for n := uint64(0); ; n++ {
			select {
			case <-stop:
				published <- n
				return
			default:
			}
			if err := p.Publish(uint32(n), number(n)); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	var others []*worker
	killed, began := 0, time.Now()
	for ; killed < kills || time.Since(began) < *long; killed++ {
		w := employ(t, path, l, 2+random.IntN(200))
		others = append(others, w)
		if killed%3 != 0 { // otherwise two at a time
			<-w.ended
		}
	}
	close(stop)
	messages := <-published
	check(t, p.Close())
	for _, w := range append(others, witness) {
		<-w.ended
	}
	repeated := 0
	for n := range messages {
		if l.did[n] == 0 {
			t.Fatalf("message %d was never done", n)
		}
		repeated += l.did[n] - 1
	}
	s := group(t, path)
	t.Logf("%d kills, %d messages, %d times one was done again; %+v", killed, messages, repeated, s.Stats)
	equal(t, "errors", fmt.Sprint(l.bad), "[]")
	equal(t, "lost", s.Lost, 0)
	equal(t, "unfinished", s.Unfinished+s.Returned, 0)
	equal(t, "oldest", s.Oldest, messages)
	if s.Redelivered == 0 {
		t.Errorf("%d kills, and nothing was given out again", killed)
	}
}

// Does a member that is only stopped keep what it has, do the others go on for a window, and does all go on with it?
func TestStoppedMemberIsNotRobbed(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, ring.Options{})
	publish(t, p, 0, 1000)
	self, err := os.Executable()
	check(t, err)
	holder := exec.Command(self, "hold")
	holder.Env = append(os.Environ(), roleVariable+"="+path)
	in, err := holder.StdinPipe()
	check(t, err)
	out, err := holder.StdoutPipe()
	check(t, err)
	check(t, holder.Start())
	t.Cleanup(func() { holder.Process.Kill(); holder.Wait() })
	said, err := bufio.NewReader(out).ReadString('\n')
	check(t, err)
	equal(t, "holder", said, "has 0\n")
	stop(t, holder.Process.Pid)
	m := joined(t, path, Options{})
	for n := uint64(1); n < 256; n++ {
		equal(t, "message", next(t, m).Seq, n)
		check(t, m.Done(n))
	}
	nothing(t, m)
	check(t, syscall.Kill(holder.Process.Pid, syscall.SIGCONT))
	nothing(t, m)
	check(t, in.Close())
	for n := uint64(256); n < 1000; n++ {
		equal(t, "message", next(t, m).Seq, n)
		check(t, m.Done(n))
	}
	check(t, p.Close())
	end(t, m)
	check(t, holder.Wait())
	equal(t, "group", group(t, path).Stats, Stats{Delivered: 1000, Done: 1000})
}

// stop stops a process, and returns when it has stopped.
func stop(t *testing.T, pid int) {
	t.Helper()
	check(t, syscall.Kill(pid, syscall.SIGSTOP))
	var status syscall.WaitStatus
	_, err := syscall.Wait4(pid, &status, syscall.WUNTRACED, nil)
	check(t, err)
	equal(t, "stopped", status.Stopped(), true)
}
