//go:build linux

package worker

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/machine"
	"github.com/mmring/mmring/bench/internal/transport"
)

// Usage is what a process has used up.
type Usage struct {
	CPU      float64 // seconds, user and system
	Switches float64 // context switches, voluntary or not
	Faults   float64 // page faults, minor and major
	Calls    float64 // system calls, as far as they are counted
	AllCalls bool    // every one is counted, by the kernel
}

func usage(calls *callCounter) Usage {
	var r unix.Rusage
	unix.Getrusage(unix.RUSAGE_SELF, &r)
	u := Usage{
		CPU:      float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9,
		Switches: float64(r.Nvcsw + r.Nivcsw),
		Faults:   float64(r.Minflt + r.Majflt),
	}
	u.Calls, u.AllCalls = calls.read()
	return u
}

func (u Usage) since(v Usage) Usage {
	return Usage{u.CPU - v.CPU, u.Switches - v.Switches, u.Faults - v.Faults, u.Calls - v.Calls, u.AllCalls}
}

// callCounter counts system calls: by the kernel's tracepoint, on each thread that lives when it is opened, or else those
// that the transports make themselves.
type callCounter struct{ events []int }

func (c *callCounter) open(event uint64) {
	if event == 0 {
		return
	}
	attr := unix.PerfEventAttr{Type: unix.PERF_TYPE_TRACEPOINT, Config: event, Size: uint32(binary.Size(unix.PerfEventAttr{}))}
	for _, thread := range machine.Threads() {
		if fd, err := unix.PerfEventOpen(&attr, thread, -1, -1, unix.PERF_FLAG_FD_CLOEXEC); err == nil {
			c.events = append(c.events, fd)
		}
	}
}

func (c *callCounter) read() (calls float64, all bool) {
	if len(c.events) == 0 {
		return float64(transport.Calls), false
	}
	var b [8]byte
	for _, fd := range c.events {
		if n, _ := unix.Read(fd, b[:]); n == len(b) {
			calls += float64(binary.NativeEndian.Uint64(b[:]))
		}
	}
	return calls, true
}

func (c *callCounter) close() {
	for _, fd := range c.events {
		unix.Close(fd)
	}
}

// memory is the process's proportional share of memory in bytes: its own pages, and a fair share of those it shares. Buffers in
// the kernel are nobody's and do not show.
func memory() uint64 {
	report, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		return 0
	}
	_, rest, found := bytes.Cut(report, []byte("\nPss:"))
	var kib uint64
	if _, err := fmt.Sscan(string(rest[:min(len(rest), 40)]), &kib); !found || err != nil {
		return 0
	}
	return kib << 10
}
