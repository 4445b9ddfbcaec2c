package torture

import (
	"os"
	"os/exec"
	"sync"
	"syscall"
)

const (
	signalStop     = syscall.SIGSTOP
	signalContinue = syscall.SIGCONT

	fateKill = uint64(syscall.SIGKILL)
	fateStop = uint64(syscall.SIGSTOP)
)

// nobody is a user without rights.
const nobody = 65534

// prepare lets a process outlive a conductor that is killed just long enough to notice and clean up, even if it is stopped.
func prepare(cmd *exec.Cmd, asNobody bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: signalContinue}
	if asNobody {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
}

// haveNobody reports whether this process may run its program as nobody: it is root, there is such a user in its namespace, and that one may
// run the program.
var haveNobody = sync.OnceValue(func() bool {
	cmd := exec.Command("/proc/self/exe", "--help")
	prepare(cmd, true)
	return os.Geteuid() == 0 && cmd.Run() == nil
})

// From waitid(2).
const (
	idOfProcess = 1
	exited      = 0x00000004
	leaveZombie = 0x01000000
)

// awaitDeath returns when a process is dead. It stays a zombie until it is reaped: by then the kernel has dropped its locks.
func awaitDeath(pid int) error {
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, idOfProcess, uintptr(pid), 0, exited|leaveZombie, 0, 0)
		switch errno {
		case 0:
			return nil
		case syscall.EINTR:
		default:
			return errno
		}
	}
}

// mapShared maps a file's bytes as memory that all who do so share.
func mapShared(file *os.File, size int) ([]byte, error) {
	return syscall.Mmap(int(file.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
}

func unmap(mem []byte) { syscall.Munmap(mem) }
