package mmapfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

const (
	roleVariable = "MMAPFILE_TEST_CHILD"

	// emulatorVariable names the command that runs this test binary where the
	// processor does not, such as qemu-aarch64. Children are run by it too.
	emulatorVariable = "MMRING_TEST_EMULATOR"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := runChild(role, os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runChild plays a role in a process of its own, which lasts until its standard
// input ends.
func runChild(role, path string) error {
	switch role {
	case "create":
		if _, err := Create(path, int64(os.Getpagesize()), 0o600); err != nil {
			return err
		}
		fmt.Println("created")
	case "lock":
		f, err := Open(path, ReadWrite)
		if err != nil {
			return err
		}
		if _, err := f.Map(int64(os.Getpagesize())); err != nil {
			return err
		}
		if err := f.Lock(0); err != nil {
			return err
		}
		fmt.Println("locked")
	case "inherit":
		if err := inherit(); err != nil {
			return err
		}
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// inherit uses the file that came as descriptor 3.
func inherit() error {
	f, err := Reopen(3, ReadWrite)
	if err != nil {
		return err
	}
	m, err := f.Map(int64(os.Getpagesize()))
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", m.Bytes()[:6])
	fmt.Println(f.Lock(0))
	copy(m.Bytes(), "answer")
	fmt.Println(f.Unlock(0), f.Lock(1))
	return nil
}

// child is this test binary in another process.
type child struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	stdin io.Closer
}

func startChild(t *testing.T, role, path string, extra ...*os.File) *child {
	t.Helper()
	argv := append(strings.Fields(os.Getenv(emulatorVariable)), executable(t), path)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = extra
	stdin, err := cmd.StdinPipe()
	check(t, err)
	stdout, err := cmd.StdoutPipe()
	check(t, err)
	check(t, cmd.Start())
	c := &child{t: t, cmd: cmd, lines: bufio.NewScanner(stdout), stdin: stdin}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return c
}

// needsKernel skips the test under an emulator, which lacks what it says.
func needsKernel(t *testing.T, lacking string) {
	t.Helper()
	if emulator := os.Getenv(emulatorVariable); emulator != "" {
		t.Skipf("%s: %s", emulator, lacking)
	}
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	check(t, err)
	return path
}

// expect fails the test unless the child's next line has that text.
func (c *child) expect(text string) {
	c.t.Helper()
	if !c.lines.Scan() || !strings.Contains(c.lines.Text(), text) {
		c.t.Fatalf("the child says %q, want %q", c.lines.Text(), text)
	}
}

// kill ends the child by SIGKILL and returns while it is still a zombie.
func (c *child) kill() {
	c.t.Helper()
	check(c.t, c.cmd.Process.Kill())
	check(c.t, again(func() error {
		return unix.Waitid(unix.P_PID, c.cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
	}))
}

// stop sends SIGSTOP and returns when every thread of the child stands still.
func (c *child) stop() {
	c.t.Helper()
	check(c.t, c.cmd.Process.Signal(unix.SIGSTOP))
	check(c.t, again(func() error {
		return unix.Waitid(unix.P_PID, c.cmd.Process.Pid, nil, unix.WSTOPPED|unix.WNOWAIT, nil)
	}))
}

// Does the kernel drop the lock at SIGKILL, before the corpse is collected?
func TestKillEndsLock(t *testing.T) {
	f := published(t, page)
	c := startChild(t, "lock", f.Path())
	c.expect("locked")
	want(t, f.Lock(0), ErrLocked)
	locked(t, f, 0, true)
	c.kill()
	locked(t, f, 0, false)
	check(t, f.Lock(0))
}

// Does a stopped process keep its lock?
func TestStopKeepsLock(t *testing.T) {
	f := published(t, page)
	c := startChild(t, "lock", f.Path())
	c.expect("locked")
	c.stop()
	locked(t, f, 0, true)
	want(t, f.Lock(0), ErrLocked)
	c.kill()
	locked(t, f, 0, false)
}

// Does a child that got the file by inheritance share bytes, but no lock?
func TestInheritedFile(t *testing.T) {
	for _, f := range []*File{published(t, page), anonymous(t, page)} {
		m := mapped(t, f, page)
		check(t, f.Lock(0))
		copy(m.Bytes(), "parent")
		handed, err := f.Handout(ReadWrite)
		check(t, err)
		c := startChild(t, "inherit", "", handed)
		check(t, handed.Close())
		c.expect("parent")
		c.expect(ErrLocked.Error())
		c.expect("<nil> <nil>") // Unlock of what it does not hold, Lock of another byte
		if string(m.Bytes()[:6]) != "answer" {
			t.Errorf("the parent sees %q", m.Bytes()[:6])
		}
		locked(t, f, 1, true)
		locked(t, reopened(t, f, ReadOnly), 0, true)
		c.kill()
		locked(t, f, 1, false)
		locked(t, reopened(t, f, ReadOnly), 0, true)
	}
}
