//go:build linux

package ring

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

func init() {
	roles["fork"] = func(a arguments) error {
		if _, err := Create(a.text(0), Options{}); err != nil {
			return err
		}
		pid, err := forkOnly()
		if err != nil {
			return err
		}
		a.wait(pid)
		return nil
	}
	roles["no membarrier"] = withoutMembarrier
}

// forkOnly makes a child that goes on with a copy of this process's memory, closes all descriptors, and waits to be killed. It returns when
// they are closed.
func forkOnly() (pid int, err error) {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		return 0, err
	}
	id, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
	if errno == 0 && id == 0 { // the child: no Go but this, for it has no other thread
		unix.RawSyscall(unix.SYS_CLOSE_RANGE, 0, 1<<31-1, 0)
		for {
			unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
		}
	}
	if errno != 0 {
		return 0, errno
	}
	unix.Close(pipe[1])
	_, err = unix.Read(pipe[0], make([]byte, 1)) // ends when the child has closed its end
	return int(id), err
}

// Does a forked child that never executes anything else, and has closed its descriptors, keep the lock of its dead parent? (H40)
func TestH40ForkWithoutExec(t *testing.T) {
	path := ringPath(t)
	c := startChild(t, "fork", path)
	pid, err := strconv.Atoi(c.line())
	check(t, err)
	t.Cleanup(func() { unix.Kill(pid, unix.SIGKILL) })
	_, err = Create(path, Options{})
	want(t, err, ErrProducerActive)
	c.kill(true)
	check(t, unix.Kill(pid, 0)) // the child lives on
	check(t, produce(t, path, Options{}).Close())
}

// Is whoever has a ring known to the kernel as one that membarriers are to reach? (H32)
func TestH32Registered(t *testing.T) {
	path := ringPath(t)
	produce(t, path, Options{})
	consume(t, path, ConsumerOptions{})
	const getRegistrations = 1 << 9
	has, _, errno := unix.RawSyscall(unix.SYS_MEMBARRIER, getRegistrations, 0, 0)
	if errno != 0 {
		t.Skip("before Linux 6.3 the kernel does not say: ", errno)
	}
	if has&membarrierRegisterGlobalExpedited == 0 {
		t.Errorf("registered are %#x", has)
	}
}

// withoutMembarrier forbids this process a system call that the kernel may lack, and uses rings.
func withoutMembarrier(a arguments) error {
	if err := forbid(unix.SYS_MEMBARRIER); err != nil {
		fmt.Println("no seccomp:", err)
		return nil
	}
	p, err := Create(a.text(0)+"2", Options{})
	if err != nil {
		return err
	}
	c, err := Open(a.text(0), ConsumerOptions{Wait: Sleep, Lossless: true})
	if err != nil {
		return err
	}
	fmt.Println(p.special&fenced != 0, c.special&fenced != 0, c.announceSleep() <= time.Millisecond)
	for m, err := range c.All(patientChild()) {
		if err != nil {
			return err
		}
		fmt.Printf("%s\n", m.Payload)
	}
	return errors.Join(p.Publish(0, nil), p.Close(), c.Close())
}

// forbid makes a system call fail with ENOSYS in all threads of this process, for good.
func forbid(call uint32) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	program := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}, // the number of the call
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&filter)))
	if errno != 0 {
		return os.NewSyscallError("seccomp", errno)
	}
	return nil
}

// Where the kernel has no membarrier, or a sandbox forbids it: does everybody fence itself, sleep only briefly, and read? (H32)
func TestH32WithoutMembarrier(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	child := startChild(t, "no membarrier", path)
	if line := child.line(); line != "true true true" {
		t.Fatalf("child says %q", line)
	}
	for i := range 50 {
		publishTexts(t, p, fmt.Sprint("message ", i))
		child.expect(fmt.Sprint("message ", i))
	}
	check(t, p.Close())
	child.succeed()
}
