//go:build linux

package machine

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// CPUs are those that this process may use, one of each core before their siblings, so that neighbours in the list do not
// share a core as long as there are enough.
func CPUs() []int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return nil
	}
	var first, siblings []int
	for cpu, left := 0, set.Count(); left > 0; cpu++ {
		if !set.IsSet(cpu) {
			continue
		}
		left--
		if slices.Contains(first, elder(cpu)) {
			siblings = append(siblings, cpu)
		} else {
			first = append(first, cpu)
		}
	}
	return append(first, siblings...)
}

// elder is the lowest CPU of the same core.
func elder(cpu int) int {
	b, err := os.ReadFile(fmt.Sprintf("/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu))
	if err != nil {
		return cpu
	}
	digits, _, _ := strings.Cut(strings.TrimSpace(strings.ReplaceAll(string(b), "-", ",")), ",")
	if n, err := strconv.Atoi(digits); err == nil {
		return n
	}
	return cpu
}

// Pin keeps every thread of this process on one CPU; threads to come inherit it. Where that is not permitted the processes
// run unpinned.
func Pin(cpu int) error {
	var set unix.CPUSet
	set.Set(cpu)
	for pinned := map[int]bool{}; ; {
		more := false
		for _, thread := range Threads() {
			if pinned[thread] {
				continue
			}
			if err := unix.SchedSetaffinity(thread, &set); err != nil && err != unix.ESRCH {
				return err
			}
			pinned[thread], more = true, true
		}
		if !more {
			return nil
		}
	}
}

// Threads are the ids of this process's threads.
func Threads() (ids []int) {
	entries, _ := os.ReadDir("/proc/self/task")
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
