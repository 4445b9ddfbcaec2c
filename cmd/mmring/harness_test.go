//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

// program is the tool, built once for all tests.
var program string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "mmring-cli-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Chmod(dir, 0o755) // others run it too
	program = filepath.Join(dir, "mmring")
	os.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -buildvcs=false") // a clone may be somebody else's, which git refuses to look at
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		os.Stderr.Write(out)
		return 1
	}
	return m.Run()
}

// patience is how long anything may take on a machine that is busy with other things. Nothing waits that long when all is well.
const patience = 3 * time.Minute

// ringDir makes a directory for rings, in memory if possible, that the tools of this test use.
func ringDir(t testing.TB) string {
	t.Helper()
	parent := "/dev/shm"
	if _, err := os.Stat(parent); err != nil {
		parent = ""
	}
	dir, err := os.MkdirTemp(parent, "mmring-cli-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	os.Chmod(dir, 0o755)
	t.Setenv("MMRING_DIR", dir)
	return dir
}

// process is a running tool.
type process struct {
	*exec.Cmd
	t        testing.TB
	out, err output
	ended    chan struct{}
}

// output is what a process has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// prepare makes a process that start has yet to start. It is killed at the end of the test.
func prepare(t testing.TB, in io.Reader, args ...string) *process {
	return prepareCommand(t, in, exec.Command(program, args...))
}

// prepareCommand does the same with any command.
func prepareCommand(t testing.TB, in io.Reader, cmd *exec.Cmd) *process {
	p := &process{Cmd: cmd, t: t, ended: make(chan struct{})}
	p.Stdin, p.Stdout, p.Stderr = in, &p.out, &p.err
	p.WaitDelay = patience / 3 // an input that nobody closes must not keep Wait
	return p
}

func (p *process) start() *process {
	p.t.Helper()
	if err := p.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { p.Wait(); close(p.ended) }()
	p.t.Cleanup(func() { p.Process.Kill(); <-p.ended })
	return p
}

func start(t testing.TB, in io.Reader, args ...string) *process {
	t.Helper()
	return prepare(t, in, args...).start()
}

// wait waits for the process to end and returns its exit status; -1 after a signal.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("%v has not ended after %v; standard error: %s", p.Args[1:], patience, &p.err)
	}
	return p.ProcessState.ExitCode()
}

// succeeds waits for the process and wants the exit status 0.
func (p *process) succeeds() *process {
	p.t.Helper()
	if status := p.wait(); status != 0 {
		p.t.Fatalf("%v: status %d; standard error: %s", p.Args[1:], status, &p.err)
	}
	return p
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Fatal(err)
	}
}

// kill ends the process as nothing can prevent, and waits for that.
func (p *process) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	p.wait()
}

// says waits until the process has written text to standard error.
func (p *process) says(text string) {
	p.t.Helper()
	eventually(p.t, "standard error has "+text, func() bool { return strings.Contains(p.err.String(), text) })
}

// printed waits until the process has written exactly text to standard output.
func (p *process) printed(text string) {
	p.t.Helper()
	eventually(p.t, "standard output is "+text, func() bool { return p.out.String() == text })
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("after %v it does not hold that %s", patience, what)
		}
	}
}

// look returns a ring's state; ok is false as long as there is no ring.
func look(path string) (s ring.Snapshot, ok bool) {
	s, err := snapshot(path)
	return s, err == nil
}

// attached waits until n living consumers read the ring.
func attached(t *testing.T, path string, n int) {
	t.Helper()
	eventually(t, "consumers are attached", func() bool {
		s, _ := look(path)
		alive := 0
		for _, c := range s.Consumers {
			if c.Alive && c.Mode != "joining" {
				alive++
			}
		}
		return alive == n
	})
}

// childrenOf are the processes that a process has started and that are not over.
func childrenOf(t testing.TB, parent int) (children []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if state, of := processState(pid); of == parent && runs(state) {
				children = append(children, pid)
			}
		}
	}
	return children
}

// processState is what the kernel says of a process: a letter, and its parent. Of one that is gone it is 0.
func processState(pid int) (state byte, parent int) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fmt.Sscanf(string(stat[bytes.LastIndexByte(stat, ')')+1:]), " %c %d", &state, &parent)
	return state, parent
}

// runs reports whether a process in that state is not over yet. Of one that is, its corpse may remain: not every container has somebody
// to collect those whose parent died before them.
func runs(state byte) bool { return state != 0 && state != 'Z' && state != 'X' }

// gone waits until a process is over.
func gone(t testing.TB, pid int) {
	t.Helper()
	eventually(t, fmt.Sprint("process ", pid, " is gone"), func() bool { state, _ := processState(pid); return !runs(state) })
}

// halt stops a process, and waits until every thread of it stands still.
func (p *process) halt() {
	p.t.Helper()
	p.signal(syscall.SIGSTOP)
	tasks := fmt.Sprintf("/proc/%d/task/*/stat", p.Process.Pid)
	eventually(p.t, "it stands still", func() bool {
		stats, _ := filepath.Glob(tasks)
		for _, name := range stats {
			if stat, _ := os.ReadFile(name); !bytes.Contains(stat, []byte(") T ")) {
				return false
			}
		}
		return true
	})
}

// pipe is an input that the test writes to while the process reads it.
func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}
