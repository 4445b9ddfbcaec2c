//go:build linux

package lookout

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// makeRing puts a ring at path in place of what is there, with n messages.
func makeRing(t *testing.T, path string, n int) {
	t.Helper()
	p, err := ring.Create(path, ring.Options{Capacity: 1 << 16, Replace: true})
	fatal(t, err)
	for range n {
		fatal(t, p.Publish(0, nil))
	}
	fatal(t, p.Close())
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sees wants one ring, called a, with so many messages.
func sees(t *testing.T, l *Lookout, messages uint64) {
	t.Helper()
	rings, err := l.Look()
	if err != nil || len(rings) != 1 || rings[0].Name != "a" || rings[0].Err != nil || rings[0].State.NextSeq != messages {
		t.Errorf("%+v, %v", rings, err)
	}
}

// TestComeAndGo: rings that appear, are replaced, damaged, mended and removed are seen as they are at each look.
func TestComeAndGo(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a")
	for _, l := range []*Lookout{Dir(dir), Paths([]string{a})} {
		defer l.Close()
		rings, err := l.Look()
		if fatal(t, err); len(rings) > 1 || len(rings) == 1 && !errors.Is(rings[0].Err, fs.ErrNotExist) {
			t.Errorf("%+v", rings)
		}
		fatal(t, os.WriteFile(filepath.Join(dir, "other"), []byte("no ring"), 0o644))
		for n := range 3 {
			makeRing(t, a, n)
			sees(t, l, uint64(n))
			sees(t, l, uint64(n))
		}
		fatal(t, os.Truncate(a, 70_000))
		if rings, _ := l.Look(); len(rings) != 1 || !errors.Is(rings[0].Err, ring.ErrCorrupt) {
			t.Errorf("%+v", rings)
		}
		fatal(t, os.Remove(a))
		makeRing(t, a, 5)
		sees(t, l, 5)
		fatal(t, ring.Remove(a))
		if rings, _ := l.Look(); len(rings) == 1 && !errors.Is(rings[0].Err, fs.ErrNotExist) {
			t.Errorf("%+v", rings)
		}
	}
}

// TestOtherFiles: a file that is no ring is opened once, and again when it has changed.
func TestOtherFiles(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a")
	fatal(t, os.WriteFile(a, make([]byte, 100_000), 0o644))
	l := Dir(dir)
	defer l.Close()
	for range 2 {
		if rings, err := l.Look(); err != nil || len(rings) != 0 || l.other[a] == nil {
			t.Errorf("%+v, %v", rings, err)
		}
	}
	fatal(t, os.Remove(a))
	makeRing(t, a, 1)
	sees(t, l, 1)
}

// TestWasARing: what has a heads file is seen, though nothing in it says any more that it is a ring.
func TestWasARing(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a")
	makeRing(t, a, 1)
	fatal(t, os.Truncate(a, 100))
	l := Dir(dir)
	defer l.Close()
	for range 2 {
		if rings, err := l.Look(); err != nil || len(rings) != 1 || !errors.Is(rings[0].Err, ring.ErrNotRing) {
			t.Errorf("%+v, %v", rings, err)
		}
	}
}

// TestGroups: those of the ring that is there are seen, whichever way it is looked at, and one that is damaged does not hide the others.
func TestGroups(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a")
	makeRing(t, a, 3)
	for _, name := range []string{"work", "odd"} {
		m, err := ringgroup.Join(a, ringgroup.Options{Group: name})
		fatal(t, err)
		defer m.Close()
	}
	odd, err := filepath.Glob(a + ".*.odd.group")
	if err != nil || len(odd) != 1 {
		t.Fatal(odd, err)
	}
	fatal(t, os.Truncate(odd[0], 5))
	fatal(t, os.WriteFile(a+".0123456789abcdef.gone.group", nil, 0o600)) // of a ring that had the name before
	for _, l := range []*Lookout{Dir(dir), Paths([]string{a})} {
		defer l.Close()
		rings, err := l.Look()
		if fatal(t, err); len(rings) != 1 || rings[0].GroupsErr != nil || len(rings[0].Groups) != 2 {
			t.Fatalf("%+v", rings)
		}
		g := rings[0].Groups
		if g[0].Name != "odd" || !errors.Is(g[0].Err, ringgroup.ErrCorrupt) || g[0].Trouble() != "group file is corrupt: it has 5 bytes" {
			t.Errorf("%+v, %s", g[0], g[0].Trouble())
		}
		if g[1].Name != "work" || g[1].Err != nil || g[1].State.Lag != 3 || g[1].State.Alive() != 1 {
			t.Errorf("%+v", g[1])
		}
	}
}

// TestMembers: a process whose places are all one group's is that group's; of one that has others too, nobody can tell.
func TestMembers(t *testing.T) {
	place := func(entry, pid int, mode, name string) ring.ConsumerInfo {
		return ring.ConsumerInfo{Entry: entry, PID: pid, Mode: mode, Name: name, Alive: true}
	}
	of := func(pids ...int) (s ringgroup.Snapshot) {
		for _, pid := range pids {
			s.Members = append(s.Members, ringgroup.MemberInfo{PID: pid, Alive: true})
		}
		return s
	}
	dead := place(9, 1, "lossless", "")
	dead.Alive = false
	r := Ring{State: ring.Snapshot{Consumers: []ring.ConsumerInfo{
		place(0, 1, "lossless", ""), place(1, 1, "demoted", ""), place(2, 1, "lossy", ""), place(3, 1, "lossless", "own"), dead, // two of work
		place(4, 2, "lossless", ""), place(5, 2, "lossless", ""), // one of work, and one place of its own
		place(6, 3, "lossless", ""), place(7, 3, "lossless", ""), // one of each
		place(8, 4, "lossless", ""), // of none
	}}, Groups: []Group{{Name: "work", State: of(1, 1, 2, 3)}, {Name: "play", State: of(3)}, {Name: "odd", Err: ringgroup.ErrCorrupt}}}
	if got := r.Members(); !maps.Equal(got, map[int]string{0: "work", 1: "work"}) {
		t.Errorf("%v", got)
	}
	if got := (&Ring{State: r.State}).Members(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	for want, got := range map[string]string{"work #3": Label("", 3, "work"), "#3": Label("", 3, ""), `a\x1b`: Label("a\x1b", 3, "work")} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		oldest, next uint64
		want         float64
	}{{5, 5, 0}, {5, 21, 0.25}, {5, 69, 1}, {5, 70, 1}, {5, 4, 1}} {
		g := Group{State: ringgroup.Snapshot{Window: 64, Oldest: c.oldest, Next: c.next}}
		if got := g.Window(); got != c.want {
			t.Errorf("%d to %d: %v, want %v", c.oldest, c.next, got, c.want)
		}
	}
}

func TestNoDirectory(t *testing.T) {
	if _, err := Dir(filepath.Join(t.TempDir(), "absent")).Look(); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestFill(t *testing.T) {
	s := ring.Snapshot{Capacity: 1600, Consumers: []ring.ConsumerInfo{
		{Mode: "lossy", Lag: ring.Lag{Bytes: 1600}}, {Mode: "lossless", Lag: ring.Lag{Bytes: 750}}, {Mode: "parked", Lag: ring.Lag{Bytes: 1000}},
	}}
	if got := Fill(&s); got != 0.5 {
		t.Errorf("%v", got)
	}
	s.Consumers[1].Lag.Bytes = 1590
	if got := Fill(&s); got != 1 {
		t.Errorf("%v", got)
	}
}
