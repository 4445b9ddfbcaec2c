package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// descriptors are all this program needs open at once: 3 and the socket, 2 received, 2 opened anew, and those of the Go runtime.
const descriptors = 16

// confine is what any process can do to itself. What it gives up here it cannot get back; all of it outlasts the program's new start, which
// makes it hold for every thread.
func confine(io.Writer) error {
	runtime.LockOSThread() // until exec, which leaves this thread alone
	limit := unix.Rlimit{Cur: descriptors, Max: descriptors}
	if err := errors.Join(
		unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), // no program that it starts has more rights than it has
		unix.Setrlimit(unix.RLIMIT_NOFILE, &limit),
		unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}), // what it reads is not to be found on a disk
		leave(),
	); err != nil {
		return fmt.Errorf("confine: %w", err)
	}
	return syscall.Exec("/proc/self/exe", []string{"sandbox"}, []string{stage + "=read"})
}

// leave goes to an empty directory that is nobody's any more.
func leave() error {
	dir, err := os.MkdirTemp("", "sandbox")
	if err != nil {
		return err
	}
	return errors.Join(os.Chdir(dir), os.Remove(dir))
}

// confinement is what the kernel says of it.
func confinement() (string, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "", err
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return "", err
	}
	_, err = os.Create("x")
	_, rest, _ := strings.Cut(string(status), "NoNewPrivs:")
	return fmt.Sprintf("no new privileges: %s, descriptors: %d, a file here: %v", strings.Fields(rest)[0], limit.Max, errors.Unwrap(err)), nil
}
