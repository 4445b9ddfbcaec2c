//go:build linux

package check

import (
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/raw"
	"golang.org/x/sys/unix"
)

// TestFilesystems: each kind of filesystem, and each lack of space, is told apart.
func TestFilesystems(t *testing.T) {
	const gib = 1 << 30
	whole := filesystem{name: "tmpfs", kind: inMemory, size: gib, available: gib, allocated: 1 << 20}
	change := func(by func(*filesystem)) filesystem { f := whole; by(&f); return f }
	for _, c := range []struct {
		f     filesystem
		level Level
		text  string
	}{
		{whole, OK, "1 GiB of 1 GiB available"},
		{filesystem{name: "ext", kind: onDisk, size: gib, available: gib, allocated: 1 << 20}, Warning, "not in memory"},
		{filesystem{name: "Btrfs", kind: copyOnWrite, size: gib, available: gib}, Warning, "copies what is overwritten"},
		{filesystem{name: "NFS", kind: remote, size: gib, available: gib}, Warning, "another machine"},
		{change(func(f *filesystem) { f.readOnly = true }), Warning, "read-only"},
		{change(func(f *filesystem) { f.allocated = 4096 }), Warning, "only 4 KiB of the file's 1 MiB"},
		{change(func(f *filesystem) { f.available = 0 }), Warning, "is full"},
		{change(func(f *filesystem) { f.available = 1<<20 + 1; f.allocated = 2 << 20 }), Note, ""},
	} {
		d := &doctor{Report: Report{Path: "/dev/shm/r"}, host: machine(t, nil), stream: &raw.Stream{Size: 1 << 20}}
		d.judgeStorage(c.f)
		d.judgeSpace(c.f)
		finds(t, &d.Report, c.level, "filesystem", c.text)
	}
}

func TestHugePages(t *testing.T) {
	mounts := `24 1 0:22 / / rw - ext4 /dev/vda rw
30 24 0:26 / /dev/shm rw,nosuid - tmpfs tmpfs rw,size=1g,huge=within_size
31 24 0:27 / /dev/shm/other rw - tmpfs tmpfs rw
`
	for path, want := range map[string]string{"/dev/shm/r": "within_size", "/dev/shm/other/r": "off", "/r": "off"} {
		d := &doctor{Report: Report{Path: path}, host: machine(t, map[string]string{"proc/self/mountinfo": mounts})}
		if got := d.hugePages(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// TestRemoveIPC: logind's configuration is read as logind reads it.
func TestRemoveIPC(t *testing.T) {
	const main, late, run = "etc/systemd/logind.conf", "etc/systemd/logind.conf.d/20.conf", "run/systemd/logind.conf.d/10.conf"
	for _, c := range []struct {
		files map[string]string
		want  bool
	}{
		{nil, true},
		{map[string]string{main: "[Login]\n#RemoveIPC=no\n"}, true},
		{map[string]string{main: "[Login]\nRemoveIPC=no\n"}, false},
		{map[string]string{main: "[Login]\n RemoveIPC = no\n", late: "[Login]\nRemoveIPC=yes\n"}, true},
		{map[string]string{run: "RemoveIPC=no", late: "RemoveIPC=on"}, true},
		{map[string]string{run: "RemoveIPC=on", late: "RemoveIPC=0"}, false},
		{map[string]string{"usr/lib/systemd/logind.conf": "RemoveIPC=no", main: ""}, true},
	} {
		d := &doctor{host: machine(t, c.files)}
		if got := d.removesIPC(); got != c.want {
			t.Errorf("%v: %v", c.files, got)
		}
	}
}

// TestReadLock: somebody without write permission keeps producers out.
func TestReadLock(t *testing.T) {
	p := newPatient(t)
	p.die()
	s := must(raw.Open(p.path))(t)
	defer s.Close()
	own := must(s.File.Handout(0))(t)
	defer own.Close()
	lock := unix.Flock_t{Type: unix.F_RDLCK, Len: 1}
	fatal(t, unix.FcntlFlock(own.Fd(), unix.F_OFD_SETLK, &lock))
	finds(t, must(examine(p.path, machine(t, nil)))(t), Broken, "locks", "read lock")
}

func TestAmount(t *testing.T) {
	for n, want := range map[uint64]string{0: "0 bytes", 1023: "1,023 bytes", 1024: "1 KiB", 1536: "2 KiB", 3 << 29: "2 GiB"} {
		if got := amount(n); got != want && !strings.Contains(got, ".") {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
