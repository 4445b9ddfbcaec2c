package ring

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	roleVariable = "MMRING_TEST_CHILD"

	// emulatorVariable names the command that runs this test binary where the processor does not, such as qemu-aarch64.
	emulatorVariable = "MMRING_TEST_EMULATOR"
)

// roles are what this test binary does as a child. It says what it has done in lines on standard output, and where it waits
// for the parent it reads a line.
var roles = map[string]func(a arguments) error{}

type arguments struct {
	list []string
	in   *bufio.Scanner
}

func (a arguments) text(i int) string { return a.list[i] }
func (a arguments) number(i int) uint64 {
	n, err := strconv.ParseUint(a.list[i], 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// wait says something and waits for an answer. Without one the parent is gone.
func (a arguments) wait(say ...any) string {
	fmt.Println(say...)
	if !a.in.Scan() {
		os.Exit(3)
	}
	return a.in.Text()
}

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := roles[role](arguments{os.Args[1:], bufio.NewScanner(os.Stdin)}); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is this test binary in another process.
type child struct {
	t     testing.TB
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin io.WriteCloser
}

func startChild(t testing.TB, role string, args ...any) *child {
	t.Helper()
	c := newChild(t, role, args...)
	c.start()
	return c
}

func newChild(t testing.TB, role string, args ...any) *child {
	t.Helper()
	path, err := os.Executable()
	check(t, err)
	argv := append(strings.Fields(os.Getenv(emulatorVariable)), path)
	for _, a := range args {
		argv = append(argv, fmt.Sprint(a))
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	return &child{t: t, cmd: cmd}
}

func (c *child) start() {
	c.t.Helper()
	check(c.t, c.begin())
}

// begin is start for what the system may refuse.
func (c *child) begin() error {
	stdin, inErr := c.cmd.StdinPipe()
	stdout, outErr := c.cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, c.cmd.Start()); err != nil {
		return err
	}
	c.lines, c.stdin = bufio.NewScanner(stdout), stdin
	c.t.Cleanup(func() { c.cmd.Process.Kill(); c.cmd.Wait() })
	return nil
}

func (c *child) scan(out io.Reader) { c.lines = bufio.NewScanner(out) }

// line is the next thing the child says; "" at its end.
func (c *child) line() string {
	if c.lines.Scan() {
		return c.lines.Text()
	}
	return ""
}

func (c *child) expect(want string) {
	c.t.Helper()
	if got := c.line(); got != want {
		c.t.Fatalf("child says %q, want %q", got, want)
	}
}

func (c *child) tell(say string) {
	c.t.Helper()
	if _, err := fmt.Fprintln(c.stdin, say); err != nil {
		c.t.Fatal(err)
	}
}

func (c *child) signal(s os.Signal) {
	c.t.Helper()
	check(c.t, c.cmd.Process.Signal(s))
}

// kill returns when the process is dead, reaped or not.
func (c *child) kill(reap bool) {
	c.t.Helper()
	c.signal(syscall.SIGKILL)
	for c.lines.Scan() { // the pipe ends with it
	}
	c.until(unix.WEXITED)
	if reap {
		c.reap()
	}
}

// stop returns when every thread of the process stands still.
func (c *child) stop() {
	c.t.Helper()
	c.signal(syscall.SIGSTOP)
	c.until(unix.WSTOPPED)
}

// until waits for a change of the process, and leaves it to be told to whoever asks next.
func (c *child) until(change int) {
	c.t.Helper()
	err := error(unix.EINTR)
	for err == unix.EINTR {
		err = unix.Waitid(unix.P_PID, c.cmd.Process.Pid, nil, change|unix.WNOWAIT, nil)
	}
	check(c.t, err)
}

func (c *child) reap() {
	var exit *exec.ExitError
	if err := c.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		c.t.Error(err)
	}
}

// succeed waits for the child to end well.
func (c *child) succeed() {
	c.t.Helper()
	for c.lines.Scan() {
		if s := c.lines.Text(); strings.HasPrefix(s, "error:") {
			c.t.Error("child says ", s)
		}
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Error("child: ", err)
	}
}

// patientChild is the patience of who has no test to fail.
func patientChild() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	time.AfterFunc(patience, cancel)
	return ctx
}
