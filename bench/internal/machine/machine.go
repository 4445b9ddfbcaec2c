//go:build linux

// Package machine says what the figures were measured on.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/unix"

	"github.com/mmring/mmring/bench/internal/clock"
)

// Machine is what a figure depends on and does not say itself.
type Machine struct {
	CPU       string    `json:"cpu"`
	Cores     int       `json:"cores"` // that this process may use
	Threads   int       `json:"threads_per_core"`
	L1        int       `json:"l1_data_bytes"`
	L2        int       `json:"l2_bytes"`
	L3        int       `json:"l3_bytes"`
	Line      int       `json:"cache_line_bytes"`
	Virtual   string    `json:"virtual"` // by which hypervisor; empty: none seen
	Kernel    string    `json:"kernel"`
	Governor  string    `json:"governor"`
	Go        string    `json:"go"`
	Platform  string    `json:"platform"`
	ClockCost float64   `json:"clock_ns"` // one reading of the clock, part of every single latency
	Time      time.Time `json:"time"`
}

// Look describes this machine.
func Look() Machine {
	cpu := cpuid.CPU
	return Machine{
		CPU: model(), Cores: runtime.NumCPU(), Threads: cpu.ThreadsPerCore,
		L1: cpu.Cache.L1D, L2: cpu.Cache.L2, L3: cpu.Cache.L3, Line: cpu.CacheLine,
		Virtual: hypervisor(), Kernel: kernel(), Governor: governor(),
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		ClockCost: float64(clock.Cost().Nanoseconds()), Time: time.Now().UTC().Truncate(time.Second),
	}
}

// Fact is a fact for people.
type Fact struct{ Name, Text string }

// Facts are the machine for people.
func (m Machine) Facts() []Fact {
	virtual := "not virtual, as far as the CPU says"
	if m.Virtual != "" {
		virtual = "virtual machine (" + m.Virtual + ")"
	}
	return []Fact{
		{"CPU", fmt.Sprintf("%s, %d CPUs usable, threads per core: %d, %s", m.CPU, m.Cores, max(m.Threads, 1), virtual)},
		{"caches", fmt.Sprintf("L1d %s, L2 %s, L3 %s, line %d B", size(m.L1), size(m.L2), size(m.L3), m.Line)},
		{"system", fmt.Sprintf("%s, governor %s, %s %s", m.Kernel, m.Governor, m.Go, m.Platform)},
		{"clock", fmt.Sprintf("%.0f ns a reading, once in every single latency", m.ClockCost)},
	}
}

// Lines are the facts, one to a line.
func (m Machine) Lines() (lines []string) {
	for _, f := range m.Facts() {
		lines = append(lines, f.Name+": "+f.Text)
	}
	return lines
}

func size(bytes int) string {
	switch {
	case bytes <= 0:
		return "unknown"
	case bytes >= 1<<20:
		return fmt.Sprint(bytes>>20, " MiB")
	}
	return fmt.Sprint(bytes>>10, " KiB")
}

func model() string {
	if name := strings.TrimSpace(cpuid.CPU.BrandName); name != "" {
		return name
	}
	return runtime.GOARCH
}

// hypervisor names it if the CPU admits to one.
func hypervisor() string {
	if !cpuid.CPU.VM() {
		return ""
	}
	return cpuid.CPU.HypervisorVendorID.String()
}

func kernel() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return "unknown kernel"
	}
	return unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
}

func governor() string {
	b, err := os.ReadFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	if err != nil {
		return "not shown"
	}
	return strings.TrimSpace(string(b))
}
