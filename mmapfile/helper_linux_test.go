package mmapfile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

var page = int64(os.Getpagesize())

// published returns a file that Create and Link made, with its path.
func published(t *testing.T, size int64) *File {
	t.Helper()
	f := created(t, filepath.Join(t.TempDir(), "file"), size)
	check(t, f.Link())
	return f
}

func created(t *testing.T, path string, size int64) *File {
	t.Helper()
	f, err := Create(path, size, 0o600)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func opened(t *testing.T, path string, access Access) *File {
	t.Helper()
	f, err := Open(path, access)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func anonymous(t *testing.T, size int64) *File {
	t.Helper()
	f, err := Anonymous("test", size)
	check(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func mapped(t *testing.T, f *File, length int64) *Mapping {
	t.Helper()
	m, err := f.Map(length)
	check(t, err)
	t.Cleanup(func() { m.Unmap() })
	return m
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want fails the test unless err is of that kind and its text has all parts.
func want(t *testing.T, err, kind error, parts ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got error %v, want %v", err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

// names lists the directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	check(t, err)
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

// mounted returns the root of a new filesystem, or skips the test.
func mounted(t *testing.T, fstype, options string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount")
	}
	dir := t.TempDir()
	if err := unix.Mount("none", dir, fstype, 0, options); err != nil {
		t.Skipf("mount %s: %v", fstype, err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

// caught calls fn with faults as panics and returns what it panicked with.
func caught(fn func()) (recovered any) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { recovered = recover() }()
	fn()
	return nil
}

// area is what the kernel says of one piece of the address space.
type area struct {
	perms string
	flags []string       // VmFlags; nil if the kernel does not say
	kib   map[string]int // Rss and the like
}

// areas returns what the kernel says of the pieces that make up m, in order.
func areas(t *testing.T, m *Mapping) []area {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	check(t, err)
	low := uintptr(unsafe.Pointer(unsafe.SliceData(m.Bytes())))
	high := low + uintptr(len(m.Bytes()))
	var list []area
	inside := false
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		from, to, isRange := strings.Cut(fields[0], "-")
		if isRange {
			start, _ := strconv.ParseUint(from, 16, 64)
			end, _ := strconv.ParseUint(to, 16, 64)
			inside = uintptr(start) >= low && uintptr(end) <= high
			if inside {
				list = append(list, area{perms: fields[1], kib: map[string]int{}})
			}
			continue
		}
		if !inside {
			continue
		}
		last := &list[len(list)-1]
		if fields[0] == "VmFlags:" {
			last.flags = fields[1:]
		} else if len(fields) > 1 {
			last.kib[strings.TrimSuffix(fields[0], ":")], _ = strconv.Atoi(fields[1])
		}
	}
	if len(list) == 0 {
		t.Fatalf("no area in [%#x, %#x)", low, high)
	}
	return list
}

// reserved returns how many bytes of storage the file occupies.
func reserved(t *testing.T, f *File) int64 {
	t.Helper()
	var st unix.Stat_t
	check(t, f.withFD(func(fd int) error { return unix.Fstat(fd, &st) }))
	return st.Blocks * 512
}
